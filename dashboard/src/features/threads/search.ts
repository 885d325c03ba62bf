import {
  known,
  readChoice,
  readDay,
  readPages,
  readText,
} from "@/routing/search";

/** The filters of the list. */
export function validateThreadsSearch(search: Record<string, unknown>) {
  return known({
    search: readText(search, "search"),
    workspace: readText(search, "workspace"),
    user: readText(search, "user"),
    archived: readChoice(search, "archived", ["true", "false"]),
    from: readDay(search, "from"),
    to: readDay(search, "to"),
    pages: readPages(search),
  });
}

/** What is shown of a thread. */
export function validateThreadSearch(search: Record<string, unknown>) {
  return known({ message: readText(search, "message") });
}
