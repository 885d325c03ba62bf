// A chat app as a user of the React package writes one: a thread list and a chat that echoes.

import { document, type } from "./dom.mjs";
import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
import {
  ActionBarPrimitive,
  AssistantCloud,
  AssistantRuntimeProvider,
  BranchPickerPrimitive,
  ComposerPrimitive,
  MessagePrimitive,
  ThreadListItemPrimitive,
  ThreadListPrimitive,
  ThreadPrimitive,
  useAui,
  useLocalRuntime,
} from "@assistant-ui/react";
import { until } from "./wait.mjs";

const complaints = [];
console.error = (...what) => complaints.push(what);

/** A page that is closed while core 0.3.35 loads a thread misses the thread, in the page that is no more. */
const isOfClosedPage = ([, error]) =>
  /^Thread "__LOCALID_\w+" not found while getting its runtime/.test(
    error?.message,
  );

/** What the page wrote to the console as errors since it was last asked. */
export const takeComplaints = () =>
  complaints.splice(0).filter((complaint) => !isOfClosedPage(complaint));

let echoes = 0;

const echo = {
  async run({ messages }) {
    const { text } = messages.at(-1).content[0];
    echoes += 1;
    return { content: [{ type: "text", text: `Echo ${echoes}: ${text}` }] };
  },
};

function Rename() {
  const aui = useAui();
  const rename = (event) => {
    event.preventDefault();
    aui.threadListItem.rename(event.currentTarget.elements.title.value);
  };
  return h("form", { onSubmit: rename }, h("input", { name: "title" }));
}

function ThreadItem({ archived }) {
  const { Root, Trigger, Title, Archive, Unarchive, Delete } =
    ThreadListItemPrimitive;
  return h(
    Root,
    { className: archived ? "archived thread" : "active thread" },
    h(Trigger, { name: "open" }, h(Title, { fallback: "New chat" })),
    h(Rename),
    archived
      ? h(Unarchive, { name: "unarchive" })
      : h(Archive, { name: "archive" }),
    h(Delete, { name: "delete" }),
  );
}

function ThreadList() {
  const { Root, New, Items, LoadMore } = ThreadListPrimitive;
  return h(
    Root,
    null,
    h(New, { name: "new" }),
    h(Items, null, () => h(ThreadItem, { archived: false })),
    h(Items, { archived: true }, () => h(ThreadItem, { archived: true })),
    h(LoadMore, { name: "more" }),
  );
}

function Message({ role }) {
  return h(
    MessagePrimitive.Root,
    { className: "message", "data-role": role },
    h("div", { className: "text" }, h(MessagePrimitive.Parts)),
    h(ActionBarPrimitive.Reload, { name: "regenerate" }),
    h(
      BranchPickerPrimitive.Root,
      { className: "branches" },
      h(BranchPickerPrimitive.Previous, { name: "previous" }),
      h(BranchPickerPrimitive.Number),
      "/",
      h(BranchPickerPrimitive.Count),
    ),
  );
}

function Chat() {
  return h(
    ThreadPrimitive.Root,
    null,
    h(ThreadPrimitive.Messages, null, ({ message }) =>
      h(Message, { role: message.role }),
    ),
    h(
      ComposerPrimitive.Root,
      { className: "composer" },
      h(ComposerPrimitive.Input),
      h(ComposerPrimitive.Send, { name: "send" }),
    ),
  );
}

function App({ cloud }) {
  const runtime = useLocalRuntime(echo, { cloud });
  return h(AssistantRuntimeProvider, { runtime }, h(ThreadList), h(Chat));
}

/** The app, loaded in a browser: what it shows, and what can be done on it. */
export class Page {
  #baseUrl;
  #root;
  #container;

  constructor(baseUrl) {
    this.#baseUrl = baseUrl;
  }

  load() {
    this.#container = document.body.appendChild(document.createElement("div"));
    this.#root = createRoot(this.#container);
    const config = { baseUrl: this.#baseUrl, anonymous: true };
    this.#root.render(h(App, { cloud: new AssistantCloud(config) }));
  }

  close() {
    this.#root?.unmount();
    this.#container?.remove();
    this.#root = this.#container = undefined;
  }

  /** Leaves the page and loads it again: all that stays is the storage. */
  reload() {
    this.close();
    this.load();
  }

  threads(kind) {
    return this.#all(`.${kind}.thread`).map(
      (item) => item.querySelector("[name=open]").textContent,
    );
  }

  messages() {
    return this.#all(".message").map((message) => ({
      role: message.dataset.role,
      text: message.querySelector(".text").textContent,
    }));
  }

  branches() {
    return this.#all(".message .branches").map(
      ({ textContent }) => textContent,
    );
  }

  async startThread() {
    await this.#click("[name=new]");
    await until("the thread is empty", () => this.messages().length === 0);
  }

  async openThread(title) {
    const item = await this.#thread("active", title);
    item.querySelector("[name=open]").click();
  }

  /** Sends a message and waits for its echo, the last thing shown. */
  async send(text) {
    const before = this.messages().length;
    const field = await this.#one(".composer textarea");
    type(field, text);
    await this.#click(".composer [name=send]");
    await until("the reply is shown", () => {
      const messages = this.messages();
      return (
        messages.length === before + 2 && messages.at(-1).text.endsWith(text)
      );
    });
  }

  async regenerate() {
    const before = this.messages().at(-1).text;
    const buttons = this.#all(".message [name=regenerate]");
    buttons.at(-1).click();
    await until("another reply is shown", () => {
      const { text } = this.messages().at(-1);
      return text !== "" && text !== before;
    });
  }

  async previousBranch() {
    this.#all(".message [name=previous]").at(-1).click();
  }

  async rename(title, newTitle) {
    const item = await this.#thread("active", title);
    const form = item.querySelector("form");
    form.elements.title.value = newTitle;
    form.requestSubmit();
  }

  async archive(title) {
    await this.#pressOn("active", title, "archive");
  }

  async unarchive(title) {
    await this.#pressOn("archived", title, "unarchive");
  }

  async delete(kind, title) {
    await this.#pressOn(kind, title, "delete");
  }

  async loadMore() {
    await this.#click("[name=more]");
  }

  async #pressOn(kind, title, name) {
    const item = await this.#thread(kind, title);
    item.querySelector(`[name=${name}]`).click();
  }

  #thread(kind, title) {
    return until(`${title} is among the ${kind} threads`, () =>
      this.#all(`.${kind}.thread`).find(
        (item) => item.querySelector("[name=open]").textContent === title,
      ),
    );
  }

  async #click(selector) {
    const button = await until(`${selector} can be used`, () =>
      this.#all(selector).find(({ disabled }) => !disabled),
    );
    button.click();
  }

  #one(selector) {
    return until(`${selector} is there`, () => this.#all(selector)[0]);
  }

  #all(selector) {
    return [...this.#container.querySelectorAll(selector)];
  }
}
