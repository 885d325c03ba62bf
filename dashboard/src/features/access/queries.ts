import { queryOptions, useQueryClient } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { RuleView } from "@/api/contract";

/** The auth rules of a project, in the order in which they are tried. */
export interface RuleList {
  rules: RuleView[];
}

export const rulesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "rules"],
    queryFn: ({ signal }) => api.get<RuleList>(path`/projects/${projectId}/rules`, { signal }),
  });

/** Puts a rule that the server answered into the list at once, and asks for the list anew: its order may differ. */
export function useKeepRule(projectId: string): (rule: RuleView) => Promise<void> {
  const queryClient = useQueryClient();
  const { queryKey } = rulesQuery(projectId);
  return async (rule) => {
    queryClient.setQueryData(queryKey, (list) => {
      if (!list) return list;
      const isKnown = list.rules.some((known) => known.id === rule.id);
      const replaced = list.rules.map((known) => (known.id === rule.id ? rule : known));
      return { rules: isKnown ? replaced : [...list.rules, rule] };
    });
    await Promise.all([
      queryClient.invalidateQueries({ queryKey }),
      queryClient.invalidateQueries({
        queryKey: ["project", projectId, "first-steps"],
      }),
    ]);
  };
}
