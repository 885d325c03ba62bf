import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { ThreadsSearch } from "./search";
import { api, path } from "@/api/client";
import type { MessagePage, ThreadDetail, ThreadPage } from "@/api/contract";
import { dayAfter, startOfDay } from "@/routing/days";
import { cursorOf } from "@/ui/pager";

/** A page of threads, filtered. */
export const threadsQuery = (projectId: string, search: Partial<ThreadsSearch>) =>
  queryOptions({
    queryKey: ["project", projectId, "threads", search],
    queryFn: ({ signal }) =>
      api.get<ThreadPage>(path`/projects/${projectId}/threads`, {
        query: {
          search: search.search,
          workspace: search.workspace,
          user: search.user,
          archived: search.archived,
          from: search.from === undefined ? undefined : startOfDay(search.from),
          to: search.to === undefined ? undefined : dayAfter(search.to),
          order: search.order,
          after: cursorOf(search.pages),
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** A thread without its messages. */
export const threadQuery = (projectId: string, threadId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "thread", threadId],
    queryFn: ({ signal }) =>
      api.get<ThreadDetail>(path`/projects/${projectId}/threads/${threadId}`, {
        signal,
      }),
  });

/** A page of a thread's messages, the deepest and newest first. */
export function fetchMessages(
  projectId: string,
  threadId: string,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<MessagePage> {
  return api.get(path`/projects/${projectId}/threads/${threadId}/messages`, {
    query: { after },
    ...(signal && { signal }),
  });
}

/** The messages of a thread that are shown, page by page. */
export const messagesQuery = (projectId: string, threadId: string) =>
  infiniteQueryOptions({
    queryKey: ["project", projectId, "thread", threadId, "messages"],
    queryFn: ({ signal, pageParam }) => fetchMessages(projectId, threadId, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
