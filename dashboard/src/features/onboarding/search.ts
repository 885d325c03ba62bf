import { known, readText } from "@/routing/search";

export function validateOnboardingSearch(search: Record<string, unknown>) {
  return known({ preset: readText(search, "preset") });
}
