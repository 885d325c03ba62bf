import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { WorkspacePage, WorkspaceRow } from "@/api/contract";
import { cursorOf } from "@/ui/pager";

/** A page of workspaces. */
export const workspacesQuery = (projectId: string, search: { search?: string; pages?: string }) =>
  queryOptions({
    queryKey: ["project", projectId, "workspaces", search],
    queryFn: ({ signal }) =>
      api.get<WorkspacePage>(path`/projects/${projectId}/workspaces`, {
        query: { search: search.search, after: cursorOf(search.pages) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** A workspace. */
export const workspaceQuery = (projectId: string, workspaceId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "workspace", workspaceId],
    queryFn: ({ signal }) =>
      api.get<WorkspaceRow>(path`/projects/${projectId}/workspaces/${workspaceId}`, { signal }),
  });
