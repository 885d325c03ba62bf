// The languages in which the packages let a model speak to a page. Each takes the parts of a reply, and gives
// the headers and the text of an HTTP answer, piece by piece.

import { randomUUID } from "node:crypto";

/** A language of our own, for the runtime that leaves this to the app. */
const plain = {
  headers: { "Content-Type": "application/x-ndjson" },
  async *encode(parts) {
    for await (const part of parts)
      yield `${JSON.stringify(plainPart(part))}\n`;
  },
};

function plainPart({ kind, ...part }) {
  if (kind === "tool") {
    const { id, name, args } = part;
    const argsText = JSON.stringify(args);
    return {
      type: "tool-call",
      toolCallId: id,
      toolName: name,
      args,
      argsText,
    };
  }
  if (kind === "result") return { type: "tool-result", result: part.result };
  if (kind === "file") return { type: "image", image: part.url };
  return { type: kind, text: part.text };
}

const event = (chunk) => `data: ${JSON.stringify(chunk)}\n\n`;

/** The AI SDK's UI message stream, in one step for the tool and one for the answer. */
const aiSdk = {
  headers: {
    "Content-Type": "text/event-stream",
    "X-Vercel-AI-UI-Message-Stream": "v1",
  },
  async *encode(parts) {
    yield event({ type: "start", messageId: randomUUID() });
    yield event({ type: "start-step" });
    const open = new OpenText();
    for await (const part of parts) {
      yield* open.before(part);
      if (part.kind === "result") {
        const { id, result } = part;
        yield event({
          type: "tool-output-available",
          toolCallId: id,
          output: result,
        });
        yield event({ type: "finish-step" });
        yield event({ type: "start-step" });
      } else if (part.kind === "tool") {
        const { id, name, args } = part;
        const call = { toolCallId: id, toolName: name };
        yield event({ type: "tool-input-start", ...call });
        yield event({ type: "tool-input-available", ...call, input: args });
      } else if (part.kind === "file") {
        const { mediaType, url } = part;
        yield event({ type: "file", mediaType, url });
      } else {
        yield open.delta(part);
      }
    }
    yield* open.before({ kind: "end" });
    yield event({ type: "finish-step" });
    yield event({ type: "finish", finishReason: "stop" });
    yield "data: [DONE]\n\n";
  },
};

/** Texts are opened and closed around their deltas. */
class OpenText {
  #kind;

  *before({ kind }) {
    if (this.#kind && this.#kind !== kind) {
      yield event({ type: `${this.#kind}-end`, id: this.#kind });
      this.#kind = undefined;
    }
    if (!this.#kind && (kind === "text" || kind === "reasoning")) {
      this.#kind = kind;
      yield event({ type: `${kind}-start`, id: kind });
    }
  }

  delta({ kind, text }) {
    return event({ type: `${kind}-delta`, id: kind, delta: text });
  }
}

/** The line protocol of older AI SDKs. */
const dataStream = {
  headers: {
    "Content-Type": "text/plain; charset=utf-8",
    "X-Vercel-AI-Data-Stream": "v1",
  },
  async *encode(parts) {
    yield line("f", { messageId: randomUUID() });
    for await (const part of parts) yield* dataStreamLines(part);
    const usage = { promptTokens: 1, completionTokens: 2 };
    const finish = { finishReason: "stop", usage };
    yield line("e", { ...finish, isContinued: false });
    yield line("d", finish);
  },
};

const line = (code, value) => `${code}:${JSON.stringify(value)}\n`;

function* dataStreamLines({ kind, ...part }) {
  if (kind === "text") yield line("0", part.text);
  if (kind === "reasoning") yield line("g", part.text);
  if (kind === "tool") {
    const toolCallId = part.id;
    yield line("b", { toolCallId, toolName: part.name });
    const argsTextDelta = JSON.stringify(part.args);
    yield line("c", { toolCallId, argsTextDelta });
  }
  if (kind === "result") {
    yield line("a", { toolCallId: part.id, result: part.result });
  }
  if (kind === "file") {
    const [, data] = part.url.split(",");
    yield line("k", { data, mimeType: part.mediaType });
  }
}

/** The events of an AG-UI agent. It has none for files. */
const agUi = {
  headers: { "Content-Type": "text/event-stream" },
  async *encode(parts, { threadId, runId }) {
    const messageId = randomUUID();
    const thought = randomUUID();
    yield event({ type: "RUN_STARTED", threadId, runId });
    yield event({ type: "REASONING_START", messageId: thought });
    yield event({
      type: "REASONING_MESSAGE_START",
      messageId: thought,
      role: "reasoning",
    });
    let thinking = true;
    let speaking = false;
    for await (const { kind, ...part } of parts) {
      if (thinking && kind !== "reasoning") {
        yield event({ type: "REASONING_MESSAGE_END", messageId: thought });
        yield event({ type: "REASONING_END", messageId: thought });
        thinking = false;
      }
      if (!speaking && kind === "text") {
        yield event({
          type: "TEXT_MESSAGE_START",
          messageId,
          role: "assistant",
        });
        speaking = true;
      }
      yield* agUiEvents(kind, part, { messageId, thought });
    }
    yield event({ type: "TEXT_MESSAGE_END", messageId });
    yield event({ type: "RUN_FINISHED", threadId, runId });
  },
};

function* agUiEvents(kind, part, { messageId, thought }) {
  const delta = part.text;
  if (kind === "text")
    yield event({ type: "TEXT_MESSAGE_CONTENT", messageId, delta });
  if (kind === "reasoning") {
    yield event({
      type: "REASONING_MESSAGE_CONTENT",
      messageId: thought,
      delta,
    });
  }
  const toolCallId = part.id;
  if (kind === "tool") {
    const delta = JSON.stringify(part.args);
    yield event({
      type: "TOOL_CALL_START",
      toolCallId,
      toolCallName: part.name,
      parentMessageId: messageId,
    });
    yield event({ type: "TOOL_CALL_ARGS", toolCallId, delta });
    yield event({ type: "TOOL_CALL_END", toolCallId });
  }
  if (kind === "result") {
    const content = JSON.stringify(part.result);
    yield event({
      type: "TOOL_CALL_RESULT",
      messageId: randomUUID(),
      toolCallId,
      content,
      role: "tool",
    });
  }
}

/** By the path of the model's route. */
export const wires = {
  "/model/plain": plain,
  "/model/ai-sdk": aiSdk,
  "/model/ui-message-stream": aiSdk,
  "/model/data-stream": dataStream,
  "/model/ag-ui": agUi,
};
