import { jsonText } from "./json-text";
import type { StoredMessage } from "./shown";
import { treeOf } from "./tree";
import type { ThreadDetail } from "@/api/contract";

/** A thread with its messages as they are stored, those of all branches, every one after its parent. */
export function exportJson(thread: ThreadDetail, stored: readonly StoredMessage[]): string {
  const messages = treeOf(stored).nodes.map(({ message }) => message);
  return `${jsonText({ thread, messages })}\n`;
}
