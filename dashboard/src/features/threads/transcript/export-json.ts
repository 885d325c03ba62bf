import { jsonText } from "./json-text";
import type { StoredMessage, ThreadFacts } from "./shown";
import { treeOf } from "./tree";

/** So many characters are written before the page gets a turn. */
const writtenAtOnce = 500_000;

/**
 * A thread with its messages as they are stored, those of all branches, every one after its parent: JSON in
 * pieces, as the whole may be longer than a string can be. Every number in it is spelled as it was sent.
 */
export async function exportJson(
  thread: ThreadFacts,
  stored: readonly StoredMessage[],
): Promise<readonly string[]> {
  const pieces = ['{\n"thread": ', jsonText(thread), ',\n"messages": ['];
  let written = 0;
  for (const [index, { message }] of treeOf(stored).nodes.entries()) {
    const text = jsonText(message);
    pieces.push(index === 0 ? "\n" : ",\n", text);
    written += text.length;
    if (written > writtenAtOnce) {
      written = 0;
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  return [...pieces, "\n]\n}\n"];
}
