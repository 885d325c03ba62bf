import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { ThreadsSearch } from "./search";
import { runOf } from "./transcript/run";
import { readJson } from "./transcript/json-source";
import type { Message, Page, Place, StoredMessage, ThreadFacts } from "./transcript/shown";
import { api, path } from "@/api/client";
import type { ThreadPage } from "@/api/contract";
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
    queryFn: async ({ signal }) => {
      const answer = await api.getText(path`/projects/${projectId}/threads/${threadId}`, { signal });
      return readJson(answer, keptOfThreads) as ThreadFacts;
    },
  });

/** Messages as the server reads them, or as they are stored. */
type Form = "transcript" | "stored";

/** The members that hold any JSON that an app, a model or a visitor wrote. */
const keptOfThreads = new Set(["metadata"]);
const kept: Record<Form, ReadonlySet<string>> = {
  transcript: new Set(["value", "artifact", "interactions", "approval", "error", "timing"]),
  stored: new Set(["content", "copy"]),
};

async function fetchPage<M extends Place>(
  form: Form,
  projectId: string,
  threadId: string,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<Page<M>> {
  const answer = await api.getText(path`/projects/${projectId}/threads/${threadId}/messages`, {
    query: { after, form },
    ...(signal && { signal }),
  });
  return readJson(answer, kept[form]) as Page<M>;
}

const pagesQuery = <M extends Place>(form: Form, projectId: string, threadId: string) =>
  infiniteQueryOptions({
    queryKey: ["project", projectId, "thread", threadId, "messages", form],
    queryFn: ({ signal, pageParam }) => fetchPage<M>(form, projectId, threadId, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

const whileWrittenMs = 3_000;

/** The messages of a thread that are shown, page by page; asked for anew while one is being written. */
export const messagesQuery = (projectId: string, threadId: string) =>
  infiniteQueryOptions({
    ...pagesQuery<Message>("transcript", projectId, threadId),
    refetchInterval: ({ state }) => isBeingWritten(state.data?.pages) && whileWrittenMs,
  });

function isBeingWritten(pages: readonly Page<Place>[] | undefined): boolean {
  return pages?.some((page) => page.messages.some((message) => runOf(message) === "running")) ?? false;
}

/** The same messages as they are stored. */
export const storedQuery = (projectId: string, threadId: string) =>
  pagesQuery<StoredMessage>("stored", projectId, threadId);

/** All pages of a thread's messages; those that are at hand are not asked for again. */
export function fetchPages(
  projectId: string,
  threadId: string,
  known: readonly Page<Message>[],
): Promise<Page<Message>[]> {
  return restOf("transcript", projectId, threadId, known);
}

/** Every message of a thread as it is stored, those of all branches. */
export async function fetchStored(projectId: string, threadId: string): Promise<StoredMessage[]> {
  const pages = await restOf<StoredMessage>("stored", projectId, threadId, []);
  return pages.flatMap((page) => page.messages);
}

async function restOf<M extends Place>(
  form: Form,
  projectId: string,
  threadId: string,
  known: readonly Page<M>[],
): Promise<Page<M>[]> {
  const pages = [...known];
  for (let last = pages.at(-1); last?.next_cursor !== null; last = pages.at(-1)) {
    pages.push(await fetchPage<M>(form, projectId, threadId, last?.next_cursor));
  }
  return pages;
}
