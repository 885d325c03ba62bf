// The life of a conversation, from its first message to its deletion, and what must be true all the while.

import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { someone } from "../../clients/support/suite.mjs";
import { until } from "../../clients/support/wait.mjs";
import { ChatPage, textOf } from "./chat-page.mjs";
import { keepRows } from "./corpus.mjs";
import { Traffic } from "./traffic.mjs";
import { Watch } from "./watch.mjs";

const formats = ["aui/v0", "ai-sdk/v5", "ai-sdk/v6"];

/**
 * Opens a browser profile of a person who is signed in to the app, and runs `act` in it. What the pages then log as
 * an error is a failure, and so is a refusal of what is served.
 */
export async function inProfile({ browser, server, app, runtime }, act) {
  const context = await browser.newContext();
  const watch = new Watch();
  // The packages stumble over a thread that has just been deleted, whatever the server.
  watch.allow(/^console: NotificationManager: subscriber callback error/);
  try {
    await watch.of(context);
    const api = server.project.frontendUrl;
    const traffic = new Traffic(context, api, runtime.client);
    const person = someone();
    await context.addCookies([app.sessionOf(person)]);
    await act({ context, traffic, person, watch });
    await traffic.settled();
    traffic.assertServed();
    watch.assertQuiet();
  } catch (error) {
    watch.tell();
    throw error;
  } finally {
    await context.close();
  }
}

export class Life {
  #server;
  #app;
  #runtime;
  #url;
  #profile;
  #page;
  /** Every message that was ever shown, by its text. */
  #said = new Map();

  constructor({ server, app, profile }, generation, runtime) {
    this.#server = server;
    this.#app = app;
    this.#profile = profile;
    this.#runtime = runtime;
    const where = { generation: generation.folder, runtime: runtime.name };
    this.#url = app.pageOf(where, server.project.frontendUrl);
  }

  async live() {
    this.#app.model.restart();
    this.#page = await this.#openTab();
    const shown = await this.#talk();
    await this.#isStored();
    const title = await this.#title();
    await this.#page.reload();
    await this.#comesBack(this.#page, title, shown);
    await this.#switchBranches(this.#page, shown);
    if (this.#runtime.feedback) await this.#praise();
    await this.#inAnotherTab(title, shown);
    await this.#afterSigningOut(title, shown);
    await this.#ends(title);
    await keepRows(this.#runtime, this.#profile.traffic.answers);
  }

  async #openTab() {
    const page = new ChatPage(await this.#profile.context.newPage());
    await page.open(this.#url);
    await page.newThread();
    return page;
  }

  /** Two turns, an edit and another reply; gives back what is shown in the end. */
  async #talk() {
    const page = this.#page;
    if (this.#runtime.pictures) await page.attachPicture();
    const tell = async (asked) => this.#kept(this.#note(await asked));
    await tell(this.#ask(() => page.send("Hello! Where is my parcel P-88?")));
    let shown = await tell(this.#ask(() => page.send("And who brings it?")));
    if (this.#runtime.edits) {
      await tell(this.#ask(() => page.edit("And who brings it to me?")));
      shown = await tell(page.regenerate());
    }
    const kinds = new Set(
      shown.flatMap(({ parts }) => parts).map(({ kind }) => kind),
    );
    for (const kind of ["text", "reasoning", "tool"])
      assert.ok(kinds.has(kind));
    const [question] = shown;
    const picture = question.parts.some(({ kind }) => kind === "file");
    assert.equal(picture, this.#runtime.pictures);
    return shown;
  }

  /** Lets a page ask something, and holds the reply back until the question is stored if it may not overtake it. */
  async #ask(act) {
    if (!this.#runtime.overtakes) return act();
    const before = (await this.#rows()).length;
    const release = this.#app.model.hold();
    const asked = act();
    await until("the question is stored", async () => {
      return (await this.#rows()).length > before;
    }).finally(release);
    return asked;
  }

  async #rows() {
    const [thread] = await this.#threads();
    return thread ? this.#messages(thread.id) : [];
  }

  /** Waits, as people do before they go on, until all that was said is stored. */
  async #kept(shown) {
    if (!this.#runtime.format) return shown;
    const said = [...this.#said.keys()];
    await until(`${said.length} messages are stored`, async () => {
      const texts = new Set((await this.#rows()).map(storedText));
      return said.every((text) => texts.has(text));
    });
    return shown;
  }

  #note(messages) {
    for (const message of messages) {
      this.#said.set(textOf(message), message.role);
    }
    return messages;
  }

  /** The API lists all that was said, in each format. */
  async #isStored() {
    await this.#profile.traffic.settled();
    const stored = this.#runtime.format !== undefined;
    const expected = stored ? [...this.#said.keys()].toSorted() : [];
    const [{ id }] = await this.#threads();
    const texts = async (format) => {
      const rows = await this.#messages(id, format);
      const found = rows.map(storedText).toSorted();
      if (!this.#runtime.repeats) return found;
      return [...new Set(found)].filter((text) => text !== "");
    };
    await until("everything is stored", async () =>
      isDeepStrictEqual(await texts(), expected),
    ).catch(() => {});
    for (const format of [undefined, ...formats]) {
      const where = `as ${format ?? "it is"}`;
      assert.deepEqual(await texts(format), expected, where);
    }
    const native = await this.#messages(id, this.#runtime.format);
    for (const { format } of native) assert.equal(format, this.#runtime.format);
  }

  async #title() {
    // Who stores no messages here asks for no title either.
    if (!this.#runtime.format) return "New Chat";
    const title = await until("the thread has a title", async () => {
      const [{ title }] = await this.#threads();
      return title;
    });
    assert.notEqual(title, "New Chat");
    return title;
  }

  async #comesBack(page, title, shown) {
    const reopened = await page.openThread(title, shown.length);
    const asked = ({ role }) => !this.#runtime.repeats || role === "user";
    assert.deepEqual(reopened.filter(asked), shown.filter(asked));
  }

  async #switchBranches(page, shown) {
    if (!this.#runtime.branches) return;
    const other = await page.previousBranch();
    assert.ok(this.#said.has(textOf(other.at(-1))));
    assert.deepEqual(await page.nextBranch(), shown);
  }

  async #praise() {
    await this.#page.praise();
    await until("the praise is stored", () =>
      this.#profile.traffic.answers.some(
        ({ path, status }) => path.endsWith("/feedback") && status === 200,
      ),
    );
  }

  async #inAnotherTab(title, shown) {
    const tab = await this.#openTab();
    await this.#comesBack(tab, title, shown);
    await tab.close();
  }

  async #afterSigningOut(title, shown) {
    const { context, person } = this.#profile;
    await context.clearCookies();
    await this.#page.reload();
    await this.#page.signedOut();
    await context.addCookies([this.#app.sessionOf(someone())]);
    await this.#page.open(this.#url);
    await this.#page.newThread();
    await this.#profile.traffic.settled();
    assert.deepEqual(await this.#page.threads(), []);
    await context.clearCookies();
    await context.addCookies([this.#app.sessionOf(person)]);
    await this.#page.reload();
    await this.#comesBack(this.#page, title, shown);
  }

  async #ends(title) {
    const [{ id }] = await this.#threads();
    await this.#page.newThread();
    await this.#page.archive(title);
    await until("the thread is archived", async () => {
      const archived = await this.#threads("is_archived=true");
      return archived.some((thread) => thread.id === id);
    });
    await this.#page.delete("archived", title);
    await until("the thread is gone", async () => {
      return (await this.#get(`/threads/${id}`)).status === 404;
    });
  }

  #get(path) {
    return this.#server.askAs(this.#profile.person, "GET", path);
  }

  async #threads(query = "") {
    return (await this.#get(`/threads?${query}`)).body.threads;
  }

  async #messages(thread, format) {
    const query = format ? `?format=${encodeURIComponent(format)}` : "";
    return (await this.#get(`/threads/${thread}/messages${query}`)).body
      .messages;
  }
}

function storedText({ content }) {
  return (content.parts ?? content.content)
    .filter(({ type }) => type === "text")
    .map(({ text }) => text)
    .join("");
}
