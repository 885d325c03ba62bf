import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";

import { fetchMessages, messagesQuery } from "./api";
import { showMessage } from "./transcript/convert";
import type { Entry } from "./transcript/repository";
import { branchOf, leafThrough, type Node, newestLeaf, type Tree, treeOf } from "./transcript/tree";
import type { MessagePage, MessageView } from "@/api/contract";

/** So many are loaded without being asked for; with each page all that is there is drawn anew. */
const loadedByItself = 600;

/** The messages of a thread at hand, and the branch that is shown. */
export interface Messages {
  /** Undefined while the first page loads. */
  entries: Entry[] | undefined;
  head: Node | undefined;
  setHead: (id: string) => void;
  /** True while not all are at hand. */
  hasMore: boolean;
  isLoading: boolean;
  loadMore: () => void;
  /** The branch that is shown as a whole, with what is not at hand. */
  wholeBranch: () => Promise<Entry[]>;
}

/** Loads the messages of a thread page by page; `target` is one that must be at hand. */
export function useMessages(projectId: string, threadId: string, target: string | undefined): Messages {
  const query = useInfiniteQuery(messagesQuery(projectId, threadId));
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError } = query;
  const tree = useMemo(() => treeOf(rowsOf(data?.pages)), [data]);
  const entries = useEntries(tree);
  const [chosen, setChosen] = useState<{
    head: string;
    target: string | undefined;
  }>();

  const isTargetMissing = target !== undefined && !tree.byId.has(target);
  const wantsMore = tree.nodes.length < loadedByItself || isTargetMissing;
  useEffect(() => {
    if (data && hasNextPage && !isFetchingNextPage && !isFetchNextPageError && wantsMore)
      void fetchNextPage();
  }, [data, hasNextPage, isFetchingNextPage, isFetchNextPageError, wantsMore, fetchNextPage]);

  // What was chosen holds until the URL is about another message.
  const head = headOf(tree, chosen?.target === target ? chosen?.head : undefined, target);

  async function wholeBranch(): Promise<Entry[]> {
    // Not through the query: thousands of messages would be shown, and its own loading would be in the way.
    const pages = [...(data?.pages ?? [await fetchMessages(projectId, threadId, undefined)])];
    for (let next = cursorAfter(pages); next !== null; next = cursorAfter(pages)) {
      pages.push(await fetchMessages(projectId, threadId, next));
    }
    return branchOf(headOf(treeOf(rowsOf(pages)), head?.message.id, undefined)).map(entryOf);
  }

  return {
    entries: data === undefined ? undefined : entries,
    head,
    setHead: (id) => setChosen({ head: id, target }),
    hasMore: hasNextPage,
    isLoading: isFetchingNextPage,
    loadMore: () => void fetchNextPage(),
    wholeBranch,
  };
}

/** Converts each message once, however often pages are added. */
function useEntries(tree: Tree): Entry[] {
  const [known] = useState(() => new WeakMap<MessageView, Entry["shown"]>());
  return useMemo(
    () =>
      tree.nodes.map((node) => {
        const shown = known.get(node.message) ?? showMessage(node.message);
        known.set(node.message, shown);
        return { node, shown };
      }),
    [tree, known],
  );
}

function entryOf(node: Node): Entry {
  return { node, shown: showMessage(node.message) };
}

function headOf(tree: Tree, chosen: string | undefined, target: string | undefined): Node | undefined {
  const leaf = chosen === undefined ? undefined : tree.byId.get(chosen);
  if (leaf) return leafThrough(leaf);
  const aimed = target === undefined ? undefined : tree.byId.get(target);
  return aimed ? leafThrough(aimed) : newestLeaf(tree);
}

function cursorAfter(pages: readonly MessagePage[]): string | null {
  return pages.at(-1)?.next_cursor ?? null;
}

function rowsOf(pages: readonly MessagePage[] | undefined): MessageView[] {
  return pages?.flatMap((page) => page.messages) ?? [];
}
