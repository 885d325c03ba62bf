import { known, readText } from "@/routing/search";

export function validatePlaygroundSearch(search: Record<string, unknown>) {
  return known({
    user: readText(search, "user"),
    workspace: readText(search, "workspace"),
  });
}
