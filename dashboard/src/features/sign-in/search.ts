import { known, readText } from "@/routing/search";

export function validateSignInSearch(search: Record<string, unknown>) {
  return known({
    return_to: readText(search, "return_to", 2_000),
    problem: readText(search, "problem"),
  });
}
