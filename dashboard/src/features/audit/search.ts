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

/** The filters in a URL. */
export type AuditSearch = ReturnType<typeof validateAuditSearch>;

/** What the list is narrowed by. */
export type AuditFilters = Omit<AuditSearch, "pages">;

/** The filters without the place in the list, to which they are no help once they change. */
export function filtersOf(search: AuditSearch): AuditFilters {
  const filters = { ...search };
  delete filters.pages;
  return filters;
}

/** True when the list is narrowed by anything. */
export function isFiltered(search: AuditSearch): boolean {
  const names: (keyof AuditFilters)[] = ["resource_type", "actor_type", "actor_id", "from", "to"];
  return names.some((name) => search[name] !== undefined);
}
