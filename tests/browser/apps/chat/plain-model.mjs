// What an app writes for the local runtime: a generator around the app's own route.

/** One line of JSON per piece; each yields all that has come so far. */
export const plainModel = {
  async *run({ messages, abortSignal }) {
    const answer = await fetch("/model/plain", {
      method: "POST",
      body: JSON.stringify({ messages }),
      signal: abortSignal,
    });
    const content = [];
    for await (const piece of lines(answer.body)) {
      const last = content.at(-1);
      if (piece.type === "text" && last?.type === "text") {
        content.splice(-1, 1, { ...last, text: last.text + piece.text });
      } else if (piece.type === "tool-result") {
        content.splice(-1, 1, { ...last, result: piece.result });
      } else {
        content.push(piece);
      }
      yield { content: [...content] };
    }
  },
};

async function* lines(body) {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const found = (rest + text).split("\n");
    rest = found.pop();
    for (const line of found) yield JSON.parse(line);
  }
}
