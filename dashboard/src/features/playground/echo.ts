import type { ChatModelAdapter } from "@assistant-ui/react";

import { textOf } from "./cloud";
import { text } from "@/text";

const pauseMs = 24;

/** A model that says what it was told, word by word, and costs nothing. */
export const echo: ChatModelAdapter = {
  async *run({ messages, abortSignal }) {
    const last = messages.findLast((message) => message.role === "user");
    const said = textOf(last).trim();
    const pieces = (said === "" ? text.playground.thread.nothingSaid : said).match(/\S+\s*/g) ?? [];
    // Long texts come in larger pieces, so that nobody waits for them.
    const step = Math.ceil(pieces.length / 80);
    for (let end = step; end < pieces.length + step; end += step) {
      if (abortSignal.aborted) return;
      yield { content: [{ type: "text", text: pieces.slice(0, end).join("") }] };
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  },
};
