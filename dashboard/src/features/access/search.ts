import { known, readText } from "@/routing/search";

/** The provider that was picked for a new rule. */
export function validateAccessSearch(search: Record<string, unknown>) {
  return known({ preset: readText(search, "preset") });
}
