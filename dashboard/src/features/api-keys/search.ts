import { known, readChoice } from "@/routing/search";

/** Whether the dialog for a new key is open. */
export function validateApiKeysSearch(search: Record<string, unknown>) {
  return known({ create: readChoice(search, "create", ["true"]) });
}
