// A LangGraph server with one agent, as far as its SDK asks for in a chat: threads, their states and their
// history, and runs that stream events.

import { randomUUID } from "node:crypto";

export class Graph {
  #model;
  #threads = new Map();

  constructor(model) {
    this.#model = model;
  }

  /** Answers a request below `/langgraph`. */
  async answer(method, path, body, response) {
    const [, , , id, what] = path.split("?")[0].split("/");
    if (what === "runs") {
      return this.#run(this.#threads.get(id), body, response);
    }
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(this.#tell(method, id, what)));
  }

  #tell(method, id, what) {
    if (what === "history") return this.#threads.get(id).toReversed();
    if (what === "state") return this.#threads.get(id).at(-1);
    const thread = randomUUID();
    this.#threads.set(thread, [stateOf([])]);
    return { thread_id: thread };
  }

  async #run(states, body, response) {
    const at = body.checkpoint_id ?? body.checkpoint?.checkpoint_id;
    const from = at
      ? states.find(({ checkpoint }) => checkpoint.checkpoint_id === at)
      : states.at(-1);
    const messages = [...from.values.messages, ...(body.input?.messages ?? [])];
    states.push(stateOf(messages));

    response.setHeader("Content-Type", "text/event-stream");
    const send = (event, data) =>
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    send("metadata", { run_id: randomUUID(), attempt: 1 });
    for await (const part of this.#model.reply()) {
      this.#add(part, messages, send);
    }
    states.push(stateOf(messages));
    send("updates", { agent: { messages: [messages.at(-1)] } });
    response.end();
  }

  /** Adds a part to the messages of the graph, and sends the chunk that tells of it. */
  #add(part, messages, send) {
    const { kind, id: callId, name } = part;
    const about = { langgraph_node: "agent" };
    if (kind === "result") {
      const content = JSON.stringify(part.result);
      const result = { type: "tool", name, tool_call_id: callId, content };
      messages.push({ id: randomUUID(), status: "success", ...result });
      return send("messages", [messages.at(-1), about]);
    }
    if (messages.at(-1).type !== "ai") {
      messages.push({
        id: randomUUID(),
        type: "ai",
        content: [],
        tool_calls: [],
      });
    }
    const message = messages.at(-1);
    const chunk = { id: message.id, type: "AIMessageChunk", content: [] };
    if (kind === "tool") {
      message.tool_calls.push({ id: callId, name, args: part.args });
      const args = JSON.stringify(part.args);
      const call = { index: 0, id: callId, name, args };
      return send("messages", [{ ...chunk, tool_call_chunks: [call] }, about]);
    }
    const piece = contentOf(part);
    const last = message.content.at(-1);
    if (last?.type === piece.type && kind !== "file") {
      last[textOf[kind]] += part.text;
    } else {
      message.content.push({ ...piece });
    }
    return send("messages", [{ ...chunk, content: [piece] }, about]);
  }
}

const textOf = { text: "text", reasoning: "thinking" };

function contentOf({ kind, text, url }) {
  if (kind === "reasoning") return { type: "thinking", thinking: text };
  if (kind === "file") return { type: "image_url", image_url: { url } };
  return { type: "text", text };
}

const stateOf = (messages) => ({
  values: { messages: structuredClone(messages) },
  next: [],
  tasks: [],
  checkpoint: { checkpoint_id: randomUUID(), checkpoint_ns: "" },
  metadata: {},
});
