import { queryOptions } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { Figures } from "@/api/contract";

const everyMs = 60_000;

/** How much is written in a project. */
export const figuresQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "figures"],
    queryFn: ({ signal }) => api.get<Figures>(path`/projects/${projectId}/figures`, { signal }),
    staleTime: everyMs,
    refetchInterval: everyMs,
  });
