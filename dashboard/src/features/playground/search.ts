import { known, readText } from "@/routing/search";

/** Who chats, and in which thread. Without a user it is an anonymous visitor. */
export function validatePlaygroundSearch(search: Record<string, unknown>) {
  return known({
    user: readText(search, "user"),
    workspace: readText(search, "workspace"),
    thread: readText(search, "thread"),
  });
}

export type PlaygroundSearch = ReturnType<typeof validatePlaygroundSearch>;
