import type { ExportedMessageRepository, ThreadMessage } from "@assistant-ui/react";

import type { Part, ShownMessage } from "./shown";
import type { Node } from "./tree";

type Content = Extract<ThreadMessage, { role: "assistant" }>["content"][number];

/** A shown message with its place in the tree. */
export interface Entry {
  node: Node;
  shown: ShownMessage;
}

/** The tree as assistant-ui takes it: every message after its parent, `headId` the end of the branch to show. */
export function repositoryOf(entries: readonly Entry[], headId: string): ExportedMessageRepository {
  return {
    headId,
    messages: entries.map(({ node, shown }) => ({
      parentId: node.parent?.message.id ?? null,
      message: threadMessage(shown),
    })),
  };
}

/**
 * A message of assistant-ui. What it has no part for goes along as data that holds the shown part itself,
 * and so do tool calls as their artifact, so that nothing of a stranger's making reaches its inside.
 */
function threadMessage(shown: ShownMessage): ThreadMessage {
  const common = { id: shown.id, createdAt: readDate(shown.createdAt) };
  if (shown.role === "user") {
    return {
      ...common,
      role: "user",
      content: shown.parts.map(userPart),
      attachments: [],
      metadata: { custom: {} },
    };
  }
  return {
    ...common,
    role: "assistant",
    content: shown.parts.map((part, index) => assistantPart(part, `${shown.id}/${index}`)),
    status: { type: "complete", reason: "unknown" },
    metadata: {
      unstable_state: null,
      unstable_annotations: [],
      unstable_data: [],
      steps: [],
      custom: {},
    },
  };
}

function assistantPart(part: Part, id: string): Content {
  switch (part.kind) {
    case "text":
    case "reasoning":
      return { type: part.kind, text: part.text };
    case "tool":
      return {
        type: "tool-call",
        toolCallId: id,
        toolName: "stored",
        args: {},
        argsText: "",
        artifact: part,
      };
    case "image":
      return {
        type: "image",
        image: part.source,
        ...(part.name === undefined ? {} : { filename: part.name }),
      };
    default:
      return { type: "data", name: "stored", data: part };
  }
}

function userPart(part: Part): Extract<ThreadMessage, { role: "user" }>["content"][number] {
  if (part.kind === "text") return { type: "text", text: part.text };
  if (part.kind === "image")
    return {
      type: "image",
      image: part.source,
      ...(part.name === undefined ? {} : { filename: part.name }),
    };
  return { type: "data", name: "stored", data: part };
}

function readDate(time: string): Date {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}
