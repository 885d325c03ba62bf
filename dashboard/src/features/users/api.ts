import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { ErasurePreview, UserDetail, UserPage } from "@/api/contract";
import { cursorOf } from "@/ui/pager";

/** A page of users. */
export const usersQuery = (projectId: string, search: { search?: string; pages?: string }) =>
  queryOptions({
    queryKey: ["project", projectId, "users", search],
    queryFn: ({ signal }) =>
      api.get<UserPage>(path`/projects/${projectId}/users`, {
        query: { search: search.search, after: cursorOf(search.pages) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** A user with their workspaces. */
export const userQuery = (projectId: string, userId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "user", userId],
    queryFn: ({ signal }) => api.get<UserDetail>(path`/projects/${projectId}/users/${userId}`, { signal }),
  });

/** What erasing a user would do, as of now. */
export const erasureQuery = (projectId: string, userId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "user", userId, "erasure"],
    queryFn: ({ signal }) =>
      api.get<ErasurePreview>(path`/projects/${projectId}/users/${userId}/erasure`, { signal }),
    staleTime: 0,
    gcTime: 0,
    throwOnError: false,
  });

/** What an erasure did. */
export interface Erased {
  threads: number;
  runs: number;
}

/** Erases a user. */
export function eraseUser(projectId: string, userId: string): Promise<Erased> {
  return api.delete<Erased>(path`/projects/${projectId}/users/${userId}`);
}
