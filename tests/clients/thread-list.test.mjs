// The React package with its cloud thread list, as an anonymous visitor uses it.

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { Page, takeComplaints } from "./support/chat-app.mjs";
import { freshStorage } from "./support/dom.mjs";
import { Browser } from "./support/network.mjs";
import { onEveryEngine } from "./support/suite.mjs";
import { until } from "./support/wait.mjs";
import { newest } from "./support/versions.mjs";
import { storedToken, visitorBehind } from "./support/visitors.mjs";

onEveryEngine((server) => {
  describe("a visitor of the React app", () => {
    let browser;
    let page;
    let person;

    const open = () => {
      browser = new Browser({ storage: freshStorage() });
      browser.useAlone();
      page = new Page(server.url);
      page.load();
      person = undefined;
    };

    afterEach(() => {
      page.close();
      assert.deepEqual(takeComplaints(), []);
    });

    const visitor = async () => {
      person ??= await until("the visitor has a session", async () => {
        if (browser.storage.length === 0) return undefined;
        const token = storedToken(browser, newest, server.url);
        return visitorBehind(server, token);
      });
      return person;
    };

    /** What the server holds for the visitor, asked for with the API key. */
    const held = async (path) => {
      const answer = await server.askAs(await visitor(), "GET", path);
      assert.equal(answer.status, 200);
      return answer.body;
    };

    const heldThreads = async (kind) => {
      const query = `is_archived=${kind === "archived"}`;
      const { threads } = await held(`/threads?${query}`);
      return threads;
    };

    const heldMessages = async (thread) => {
      const { messages } = await held(`/threads/${thread.id}/messages`);
      return messages.toReversed().map(({ id, parent_id, content }) => {
        const { role, content: parts } = content;
        // A reply that has only just begun says nothing yet.
        return { id, parent_id, role, text: parts[0]?.text };
      });
    };

    const isSaid = (messages, count) =>
      messages.length === count && messages.every(({ text }) => text);

    /** Waits until the server holds this many messages of the visitor's only thread. */
    const stored = (count) =>
      until(`${count} messages are stored`, async () => {
        const [thread] = await heldThreads("active");
        const messages = thread ? await heldMessages(thread) : [];
        return isSaid(messages, count) && messages;
      });

    const shown = async (look, expected) => {
      const isShown = () => isDeepStrictEqual(look(), expected);
      await until("the page shows it", isShown).catch(() =>
        assert.deepEqual(look(), expected),
      );
    };

    const lists = () => ({
      active: page.threads("active"),
      archived: page.threads("archived"),
    });

    const heldTitles = async (kind) =>
      (await heldThreads(kind)).map(({ title }) => title);

    /** Waits for the titles on the server, then for the page to show them, also after a reload. */
    const listed = async (expected) => {
      await until(`the server holds ${JSON.stringify(expected)}`, async () =>
        isDeepStrictEqual(expected, {
          active: await heldTitles("active"),
          archived: await heldTitles("archived"),
        }),
      );
      await shown(lists, expected);
      page.reload();
      await shown(lists, expected);
    };

    /** Begins a thread with one question and gives it a title. */
    const ask = async (title) => {
      await page.send(`About ${title}`);
      const untitled = await until("the new thread is listed", () =>
        page.threads("active").find((name) => !name.startsWith("Titled ")),
      );
      await page.rename(untitled, title);
      await until("title and messages are stored", async () => {
        const threads = await heldThreads("active");
        const thread = threads.find((held) => held.title === title);
        return thread && isSaid(await heldMessages(thread), 2);
      });
    };

    it("finds thread and messages again after a reload, and goes on", async () => {
      open();
      await page.send("Where is parcel P-88?");
      await page.send("And P-89?");
      const conversation = page.messages();
      const messages = await stored(4);
      assert.deepEqual(
        messages.map(({ role, text }) => ({ role, text })),
        conversation,
      );
      assert.deepEqual(
        messages.map(({ parent_id }) => parent_id),
        [null, ...messages.slice(0, -1).map(({ id }) => id)],
      );

      page.reload();
      await until("the thread is listed", () => page.threads("active").length);
      assert.deepEqual(page.messages(), []);
      const [title] = page.threads("active");
      await page.openThread(title);
      await shown(() => page.messages(), conversation);

      await page.send("Thanks");
      const all = await stored(6);
      assert.deepEqual(all.slice(0, 4), messages);
      assert.equal(all[4].parent_id, messages[3].id);
    });

    it("sees no thread of another visitor", async () => {
      open();
      await ask("Titled by one");
      page.close();
      open();
      await ask("Titled by another");
      await listed({ active: ["Titled by another"], archived: [] });
    });

    it("renames a thread", async () => {
      open();
      await ask("Titled first");
      await page.rename("Titled first", "Titled again");
      await listed({ active: ["Titled again"], archived: [] });
    });

    it("archives a thread and takes it back", async () => {
      open();
      await ask("Titled A");
      await page.archive("Titled A");
      await listed({ active: [], archived: ["Titled A"] });

      await page.unarchive("Titled A");
      await listed({ active: ["Titled A"], archived: [] });
      await page.openThread("Titled A");
      await until("the messages are shown", () => page.messages().length === 2);
    });

    it("deletes threads from either list", async () => {
      open();
      await ask("Titled A");
      await page.startThread();
      await ask("Titled B");
      await page.archive("Titled A");
      await listed({ active: ["Titled B"], archived: ["Titled A"] });

      const [thread] = await heldThreads("active");
      await page.delete("active", "Titled B");
      await listed({ active: [], archived: ["Titled A"] });
      assert.deepEqual(await heldMessages(thread), []);
      await page.delete("archived", "Titled A");
      await listed({ active: [], archived: [] });
    });

    it("finds the thread written to last on top of the list", async () => {
      open();
      await ask("Titled A");
      await page.startThread();
      await ask("Titled B");
      await listed({ active: ["Titled B", "Titled A"], archived: [] });

      await page.openThread("Titled A");
      await until("its messages are shown", () => page.messages().length === 2);
      await page.send("One more thing");
      page.reload();
      await listed({ active: ["Titled A", "Titled B"], archived: [] });
    });

    it("keeps both replies when one is regenerated, the later one in front", async () => {
      open();
      await page.send("Tell me a joke");
      const [, first] = page.messages();
      await stored(2);
      await page.regenerate();
      const [question, second] = page.messages();
      const messages = await stored(3);
      const [root] = messages;
      assert.deepEqual(
        messages.map(({ parent_id, text }) => [parent_id, text]),
        [
          [null, question.text],
          [root.id, first.text],
          [root.id, second.text],
        ],
      );

      page.reload();
      await until("the thread is listed", () => page.threads("active").length);
      await page.openThread(page.threads("active")[0]);
      await shown(() => page.messages(), [question, second]);
      assert.deepEqual(page.branches(), ["1/1", "2/2"]);
      await page.previousBranch();
      await shown(() => page.messages(), [question, first]);
    });

    it("pages through 45 active and 25 archived threads without a double", async () => {
      open();
      const owner = await visitor();
      const titles = (kind, count) =>
        Array.from({ length: count }, (_, at) => `Titled ${kind} ${at}`);
      const expected = {
        active: titles("active", 45),
        archived: titles("archived", 25),
      };
      for (const [kind, names] of Object.entries(expected)) {
        for (const [at, title] of names.entries()) {
          const { body } = await server.askAs(owner, "POST", "/threads", {
            body: { title, last_message_at: new Date(2e12 - at * 1000) },
          });
          await server.askAs(owner, "PUT", `/threads/${body.thread_id}`, {
            body: { is_archived: kind === "archived" },
          });
        }
      }

      page.reload();
      const pages = [
        [20, 20],
        [40, 25],
        [45, 25],
      ];
      for (const [active, archived] of pages) {
        await shown(lists, {
          active: expected.active.slice(0, active),
          archived: expected.archived.slice(0, archived),
        });
        if (active < 45) await page.loadMore();
      }
    });
  });
});
