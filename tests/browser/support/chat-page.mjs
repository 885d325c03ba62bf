// The chat app in a tab: what it shows, and what can be done on it.

import { Buffer } from "node:buffer";
import { until } from "../../clients/support/wait.mjs";
import { pixel } from "./model.mjs";

const picture = {
  name: "box.png",
  mimeType: "image/png",
  buffer: Buffer.from(pixel, "base64"),
};

export class ChatPage {
  #tab;

  constructor(tab) {
    this.#tab = tab;
  }

  async open(url) {
    await this.#tab.goto(url);
  }

  async reload() {
    await this.#tab.reload();
  }

  async close() {
    await this.#tab.close();
  }

  /** The messages as one sees them: `role`, `parts`, `branches`, `error`. */
  messages() {
    return this.#tab.evaluate(readMessages);
  }

  threads(kind = "active") {
    return this.#tab.evaluate(readThreads, kind);
  }

  isRunning() {
    return this.#tab.evaluate(readRunning);
  }

  async signedOut() {
    await this.#tab.getByText("Signed out").waitFor();
  }

  async newThread() {
    await this.#tab.locator("[name=new]").click();
    await this.shows(0);
  }

  /** Opens the thread of this title, and waits for so many messages. */
  async openThread(title, count) {
    await this.#thread("active", title).locator("[name=open]").click();
    return this.shows(count);
  }

  /** Waits for so many messages, none of them in the making; gives them back. */
  async shows(count) {
    return until(`${count} messages are shown`, async () => {
      if (await this.isRunning()) return undefined;
      const messages = await this.messages();
      return messages.length === count && messages;
    });
  }

  async attachPicture() {
    const input = this.#tab.locator(".composer input[type=file]");
    if ((await input.count()) > 0) {
      await input.setInputFiles(picture);
    } else {
      const choosing = this.#tab.waitForEvent("filechooser");
      await this.#tab.locator("[name=attach]").click();
      await (await choosing).setFiles(picture);
    }
    await this.#tab.locator(".picked").waitFor({ state: "attached" });
  }

  /** Sends a text, without waiting for anything. */
  async say(text) {
    await this.#tab.locator(".composer textarea").fill(text);
    await this.#tab.locator("[name=send]").click();
  }

  /** Sends a text and waits for the whole reply. */
  async send(text) {
    const count = (await this.messages()).length + 2;
    await this.say(text);
    return this.#replied(count, (messages) => textOf(messages.at(-2)) === text);
  }

  /** Changes the last question, and waits for the reply to it. */
  async edit(text) {
    const count = (await this.messages()).length;
    await this.#tab.locator("[name=edit]").last().click();
    await this.#tab.locator(".edit textarea").fill(text);
    await this.#tab.locator("[name=save]").click();
    return this.#replied(count, (messages) => textOf(messages.at(-2)) === text);
  }

  async regenerate() {
    const before = await this.messages();
    await this.#tab.locator("[name=reload]").last().click();
    return this.#replied(
      before.length,
      (after) => textOf(after.at(-1)) !== textOf(before.at(-1)),
    );
  }

  async previousBranch() {
    const before = await this.messages();
    await this.#tab.locator("[name=previous]:enabled").last().click();
    return this.#replied(
      before.length,
      (after) => textOf(after.at(-1)) !== textOf(before.at(-1)),
    );
  }

  async nextBranch() {
    const before = await this.messages();
    await this.#tab.locator("[name=next]:enabled").last().click();
    return this.#replied(
      before.length,
      (after) => textOf(after.at(-1)) !== textOf(before.at(-1)),
    );
  }

  async praise() {
    await this.#tab.locator("[name=good]").last().click();
  }

  async archive(title) {
    await this.#thread("active", title).locator("[name=archive]").click();
  }

  async delete(kind, title) {
    await this.#thread(kind, title).locator("[name=delete]").click();
  }

  #thread(kind, title) {
    return this.#tab
      .locator(`.${kind}.thread`)
      .filter({ has: this.#tab.locator("[name=open]", { hasText: title }) });
  }

  async #replied(count, isIt) {
    return until("the whole reply is shown", async () => {
      if (await this.isRunning()) return undefined;
      const messages = await this.messages();
      const whole =
        messages.length === count &&
        textOf(messages.at(-1)).endsWith("way.") &&
        isIt(messages);
      return whole && messages;
    });
  }
}

/** The text of a message, without what else it holds. */
export const textOf = ({ parts }) =>
  parts
    .filter(({ kind }) => kind === "text")
    .map(({ text }) => text)
    .join("");

// These run on the page.

const readMessages = () =>
  [...document.querySelectorAll(".message")].map((message) => ({
    role: message.dataset.role,
    error: message.dataset.error,
    parts: [...message.querySelectorAll(".part")]
      .map((part) => ({ kind: part.dataset.kind, text: part.textContent }))
      // Pictures of a user stand beside the text: some runtimes show them before it, some after it.
      .sort((a, b) =>
        message.dataset.role === "user" ? a.kind.localeCompare(b.kind) : 0,
      ),
    branches: [...message.querySelectorAll(".branches output")]
      .map((output) => output.textContent)
      .join("/"),
  }));

const readThreads = (kind) =>
  [...document.querySelectorAll(`.${kind}.thread [name=open]`)].map(
    (title) => title.textContent,
  );

const readRunning = () =>
  document.querySelector(".chat")?.dataset.running === "true";
