import { known, readPages, readText } from "@/routing/search";

export function validateWorkspacesSearch(search: Record<string, unknown>) {
  return known({
    search: readText(search, "search"),
    pages: readPages(search),
  });
}
