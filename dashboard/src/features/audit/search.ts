import { known, readDay, readPages, readText } from "@/routing/search";

/** The filters of the log. */
export function validateAuditSearch(search: Record<string, unknown>) {
  return known({
    resource_type: readText(search, "resource_type"),
    actor_type: readText(search, "actor_type"),
    actor_id: readText(search, "actor_id"),
    from: readDay(search, "from"),
    to: readDay(search, "to"),
    pages: readPages(search),
  });
}
