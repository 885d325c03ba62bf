import type { ExportedMessageRepository, ThreadMessage } from "@assistant-ui/react";

import type { Message, Part } from "./shown";
import type { Node } from "./tree";

type Content = Extract<ThreadMessage, { role: "assistant" }>["content"][number];

/** The tree as assistant-ui takes it: every message after its parent, `headId` the end of the branch to show. */
export function repositoryOf(nodes: readonly Node<Message>[], headId: string): ExportedMessageRepository {
  return {
    headId,
    messages: nodes.map(({ parent, message }) => ({
      parentId: parent?.message.id ?? null,
      message: threadMessage(message),
    })),
  };
}

/**
 * A message of assistant-ui. What it has no part for goes along as data that holds the part itself,
 * and so do tool calls as their artifact, so that nothing of a stranger's making reaches its inside.
 */
function threadMessage({ id, created_at, transcript }: Message): ThreadMessage {
  const common = { id, createdAt: readDate(created_at) };
  if (transcript.role === "user") {
    return {
      ...common,
      role: "user",
      content: transcript.parts.map(userPart),
      attachments: [],
      metadata: { custom: {} },
    };
  }
  return {
    ...common,
    role: "assistant",
    content: transcript.parts.map((part, index) => assistantPart(part, `${id}/${index}`)),
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
        ...(part.name === null ? {} : { filename: part.name }),
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
      ...(part.name === null ? {} : { filename: part.name }),
    };
  return { type: "data", name: "stored", data: part };
}

function readDate(time: string): Date {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}
