// The thread list and the thread, of the packages' own primitives.

import { createElement as h } from "react";
import {
  ActionBarPrimitive,
  BranchPickerPrimitive,
  ComposerPrimitive,
  MessagePrimitive,
  ThreadListItemPrimitive,
  ThreadListPrimitive,
  ThreadPrimitive,
  useAuiState,
} from "@assistant-ui/react";
import { Part, toolCall } from "./part.mjs";

function ThreadItem({ archived }) {
  const { Root, Trigger, Title, Archive, Unarchive, Delete } =
    ThreadListItemPrimitive;
  return h(
    Root,
    { className: archived ? "archived thread" : "active thread" },
    h(Trigger, { name: "open" }, h(Title, { fallback: "New Chat" })),
    archived
      ? h(Unarchive, { name: "unarchive" })
      : h(Archive, { name: "archive" }),
    h(Delete, { name: "delete" }),
  );
}

const items = {
  active: { ThreadListItem: () => h(ThreadItem, { archived: false }) },
  archived: { ThreadListItem: () => h(ThreadItem, { archived: true }) },
};

function ThreadList() {
  const { Root, New, Items } = ThreadListPrimitive;
  return h(
    Root,
    null,
    h(New, { name: "new" }),
    h(Items, { components: items.active }),
    h(Items, { archived: true, components: items.archived }),
  );
}

const parts = {
  Text: ({ text }) => h(Part, { kind: "text", text }),
  Reasoning: ({ text }) => h(Part, { kind: "reasoning", text }),
  Image: ({ image }) => h(Part, { kind: "file", text: image }),
  File: ({ data, mimeType }) => {
    const text = data.includes(":") ? data : `data:${mimeType};base64,${data}`;
    return h(Part, { kind: "file", text });
  },
  tools: {
    Fallback: ({ toolName, args, result }) =>
      h(Part, { kind: "tool", text: toolCall(toolName, args, result) }),
  },
};

function Attachment() {
  const { content = [] } = useAuiState(({ attachment }) => attachment);
  return content.map(({ image, data }, at) =>
    h(Part, { key: at, kind: "file", text: image ?? data }),
  );
}

const attachments = { Attachment };

function Message() {
  const role = useAuiState(({ message }) => message.role);
  const status = useAuiState(({ message }) => message.status);
  return h(
    MessagePrimitive.Root,
    {
      className: "message",
      "data-role": role,
      "data-status": status?.type,
      "data-error": status?.error?.code ?? "",
    },
    role === "user" &&
      h(MessagePrimitive.Attachments, { components: attachments }),
    h(MessagePrimitive.Parts, { components: parts }),
    role === "user" && h(ActionBarPrimitive.Edit, { name: "edit" }),
    role === "assistant" && h(ActionBarPrimitive.Reload, { name: "reload" }),
    role === "assistant" &&
      h(ActionBarPrimitive.FeedbackPositive, { name: "good" }),
    h(
      BranchPickerPrimitive.Root,
      { className: "branches" },
      h(BranchPickerPrimitive.Previous, { name: "previous" }),
      h("output", null, h(BranchPickerPrimitive.Number)),
      h("output", null, h(BranchPickerPrimitive.Count)),
      h(BranchPickerPrimitive.Next, { name: "next" }),
    ),
  );
}

function EditComposer() {
  return h(
    ComposerPrimitive.Root,
    { className: "edit" },
    h(ComposerPrimitive.Input),
    h(ComposerPrimitive.Send, { name: "save" }),
  );
}

const messages = { Message, EditComposer };

const picked = { Attachment: () => h("i", { className: "picked" }) };

function Thread() {
  const running = useAuiState(({ thread }) => thread.isRunning);
  return h(
    ThreadPrimitive.Root,
    { className: "chat", "data-running": running },
    h(
      ThreadPrimitive.Viewport,
      null,
      h(ThreadPrimitive.Messages, { components: messages }),
      h(Composer),
    ),
  );
}

function Composer() {
  const { Root, Attachments, AddAttachment, Input, Send } = ComposerPrimitive;
  return h(
    Root,
    { className: "composer" },
    h(Attachments, { components: picked }),
    h(AddAttachment, { name: "attach" }),
    h(Input),
    h(Send, { name: "send" }),
  );
}

export function Screen() {
  return h("div", null, h(ThreadList), h(Thread));
}
