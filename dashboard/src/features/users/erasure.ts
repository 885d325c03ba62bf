import type { ErasurePreview } from "@/api/contract";
import { fill, number, plural, text } from "@/text";

const words = text.users.erase;

/** What erasing a user does, a sentence for each consequence; none for what does not happen. */
export function consequences(preview: ErasurePreview): string[] {
  const messages = plural(preview.messages, words.messages);
  const threads =
    preview.threads === 0
      ? words.noThreads
      : fill(plural(preview.threads, words.threads), { count: number(preview.threads), messages });
  return [
    threads,
    ...some(preview.messages_elsewhere, words.elsewhere),
    ...some(preview.scores, words.scores),
    ...some(preview.workspaces, words.workspaces),
    ...some(preview.sessions, words.sessions),
    ...(preview.has_display_name ? [words.name] : []),
  ];
}

function some(count: number, forms: { one: string; other: string }): string[] {
  return count === 0 ? [] : [plural(count, forms)];
}
