import type { ThreadRow } from "@/api/contract";

/** What a thread is called: its title, else the words that it begins with. */
export function threadName(thread: Pick<ThreadRow, "title" | "first_words">): string | null {
  const title = thread.title?.trim();
  return title === undefined || title === "" ? thread.first_words : title;
}
