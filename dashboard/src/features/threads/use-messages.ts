import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";

import { messagesQuery } from "./api";
import { showMessage } from "./transcript/convert";
import type { Entry } from "./transcript/repository";
import { branchOf, leafThrough, type Node, newestLeaf, type Tree, treeOf } from "./transcript/tree";
import type { MessagePage, MessageView } from "@/api/contract";

/** So many are loaded without being asked for. */
const loadedByItself = 1_000;

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
  /** Loads what is missing and gives the whole branch that is shown. */
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
    let result = { data, hasNextPage };
    while (result.hasNextPage) {
      const next = await fetchNextPage({ throwOnError: true });
      result = { data: next.data, hasNextPage: next.hasNextPage };
    }
    const whole = treeOf(rowsOf(result.data?.pages));
    return branchOf(headOf(whole, head?.message.id, undefined)).map(entryOf);
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

function rowsOf(pages: readonly MessagePage[] | undefined): MessageView[] {
  return pages?.flatMap((page) => page.messages) ?? [];
}
