// The same to see, of the hook that comes without primitives.

import { useCloudChat, useThreads } from "@assistant-ui/cloud-ai-sdk";
import { DefaultChatTransport, getToolName, isToolUIPart } from "ai";
import { createElement as h, useState } from "react";
import { Part, toolCall } from "./part.mjs";

export function CloudChat({ cloud }) {
  const [transport] = useState(
    () => new DefaultChatTransport({ api: "/model/ai-sdk" }),
  );
  const threads = useThreads({ cloud, includeArchived: true });
  const chat = useCloudChat({ threads, transport, onSyncError: console.error });
  return h(
    "div",
    null,
    h("button", { name: "new", onClick: () => threads.selectThread(null) }),
    threads.threads.map((thread) =>
      h(ThreadItem, { key: thread.id, thread, threads }),
    ),
    h(
      "section",
      { className: "chat", "data-running": chat.status !== "ready" },
      chat.messages.map((message) => h(Message, { key: message.id, message })),
      h(Composer, { send: chat.sendMessage }),
    ),
  );
}

function ThreadItem({ thread: { id, title, status }, threads }) {
  return h(
    "div",
    { className: status === "archived" ? "archived thread" : "active thread" },
    h(
      "button",
      { name: "open", onClick: () => threads.selectThread(id) },
      title || "New Chat",
    ),
    h("button", { name: "archive", onClick: () => threads.archive(id) }),
    h("button", { name: "delete", onClick: () => threads.delete(id) }),
  );
}

function Message({ message: { role, parts } }) {
  return h(
    "article",
    { className: "message", "data-role": role, "data-error": "" },
    parts.map((part, at) => h(Part, { key: at, ...lookOf(part) })),
  );
}

function lookOf(part) {
  if (isToolUIPart(part)) {
    const text = toolCall(getToolName(part), part.input, part.output);
    return { kind: "tool", text };
  }
  if (part.type === "file") return { kind: "file", text: part.url };
  return { kind: part.type, text: part.text ?? "" };
}

function Composer({ send }) {
  const [files, setFiles] = useState();
  const submit = (event) => {
    event.preventDefault();
    void send({ text: event.target.elements.text.value, files });
    event.target.reset();
    setFiles(undefined);
  };
  return h(
    "form",
    { className: "composer", onSubmit: submit },
    h("input", {
      type: "file",
      onChange: ({ target }) => setFiles(target.files),
    }),
    files && h("i", { className: "picked" }),
    h("textarea", { name: "text" }),
    h("button", { name: "send" }),
  );
}
