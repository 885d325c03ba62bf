import { known, readChoice, readDay, readPages, readText } from "@/routing/search";

const views = ["details", "raw"] as const;

/** Orders other than that of the last messages, the latest first. */
export const orders = ["last_message_oldest", "created", "created_oldest"] as const;

/** The filters of the list. */
export function validateThreadsSearch(search: Record<string, unknown>) {
  return known({
    search: readText(search, "search"),
    workspace: readText(search, "workspace"),
    user: readText(search, "user"),
    archived: readChoice(search, "archived", ["true", "false"]),
    from: readDay(search, "from"),
    to: readDay(search, "to"),
    order: readChoice(search, "order", orders),
    pages: readPages(search),
  });
}

/** What is shown of a thread: beside or instead of the conversation, and the message it is about. */
export function validateThreadSearch(search: Record<string, unknown>) {
  return known({
    message: readText(search, "message"),
    view: readChoice(search, "view", views),
  });
}

export type ThreadsSearch = ReturnType<typeof validateThreadsSearch>;
export type ThreadSearch = ReturnType<typeof validateThreadSearch>;

/** The filters that are in use; the search and the page are none. */
export type Filters = Pick<ThreadsSearch, "workspace" | "user" | "archived" | "from" | "to">;

/** Filters as they were typed or chosen. */
export type FilterChange = { [Name in keyof Filters]?: string | undefined };

/** The names of the filters in use. */
export function activeFilters(search: ThreadsSearch): (keyof Filters)[] {
  const names: (keyof Filters)[] = ["user", "workspace", "archived", "from", "to"];
  return names.filter((name) => search[name] !== undefined);
}

/** Other filters, from the first page on; values that are none are left out. */
export function withFilters(search: ThreadsSearch, filters: FilterChange): ThreadsSearch {
  return validateThreadsSearch({ ...search, ...filters, pages: undefined });
}
