import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { api, path } from "@/api/client";
import type { Issue, RuleDraft, SaveRule } from "@/api/contract";
import { ApiError, messageOf } from "@/api/error";

/** What the server says of a rule as it stands; nothing is stored. */
export type Check =
  | { state: "waiting" }
  | { state: "good"; warnings: string[]; doubts: Issue[] }
  | { state: "bad"; issues: Issue[] }
  | { state: "unknown"; problem: string };

const settleMs = 350;

/** Asks the server about a rule whenever its typing pauses. */
export function useCheck(projectId: string, rule: SaveRule, isEnabled: boolean): Check {
  const wanted = JSON.stringify(rule);
  const settled = useSettled(wanted);
  const query = useQuery({
    queryKey: ["project", projectId, "check", settled],
    queryFn: ({ signal }) =>
      api.post<RuleDraft>(path`/projects/${projectId}/rules/check`, JSON.parse(settled), { signal }),
    enabled: isEnabled && settled === wanted,
    placeholderData: keepPreviousData,
    retry: false,
    throwOnError: false,
    // A secret may be in it.
    gcTime: 0,
  });
  if (!isEnabled || settled !== wanted || query.isPending) return { state: "waiting" };
  if (query.error instanceof ApiError && query.error.status === 400) {
    return { state: "bad", issues: issuesOf(query.error) };
  }
  if (query.error) return { state: "unknown", problem: messageOf(query.error) };
  if (query.isPlaceholderData) return { state: "waiting" };
  return { state: "good", warnings: query.data.warnings, doubts: query.data.doubts };
}

function issuesOf(error: ApiError): Issue[] {
  return error.issues.length > 0 ? error.issues : [{ code: error.error, path: [], message: error.message }];
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
