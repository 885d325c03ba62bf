import { queryOptions } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { Preset } from "@/api/contract";

/** Every provider that the server has a preset for. */
export const presetsQuery = queryOptions({
  queryKey: ["presets"],
  queryFn: async ({ signal }) => (await api.get<{ presets: Preset[] }>(path`/presets`, { signal })).presets,
  // They change with the program alone.
  staleTime: Infinity,
});

const popularIds = ["clerk", "auth0", "supabase", "firebase", "stytch", "kinde"];

/** The providers that most look for, and the others, each in its usual order. */
export function splitPresets(presets: Preset[]): {
  popular: Preset[];
  others: Preset[];
} {
  const popular = popularIds.flatMap((id) => presets.filter((preset) => preset.id === id));
  return {
    popular,
    others: presets.filter((preset) => !popularIds.includes(preset.id)),
  };
}
