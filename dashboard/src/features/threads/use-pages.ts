import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import type { Page, Place } from "./transcript/shown";
import { type Tree, treeOf } from "./transcript/tree";

/** So many are loaded without being asked for; with each page all that is there is drawn anew. */
const loadedByItself = 600;

/** The messages of a thread that are at hand, and the way to the others. */
export interface Pages<M extends Place> {
  /** Undefined while the first page loads. */
  pages: readonly Page<M>[] | undefined;
  tree: Tree<M>;
  /** True while not all are at hand. */
  hasMore: boolean;
  isLoading: boolean;
  loadMore: () => void;
}

/** Goes on loading the pages of a query; `target` is a message that must be at hand. */
export function usePages<M extends Place>(
  query: UseInfiniteQueryResult<InfiniteData<Page<M>>>,
  target: string | undefined,
): Pages<M> {
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError } = query;
  const tree = useMemo(() => treeOf(rowsOf(data?.pages)), [data]);

  const isTargetMissing = target !== undefined && !tree.byId.has(target);
  const wantsMore = tree.nodes.length < loadedByItself || isTargetMissing;
  useEffect(() => {
    if (data && hasNextPage && !isFetchingNextPage && !isFetchNextPageError && wantsMore)
      void fetchNextPage();
  }, [data, hasNextPage, isFetchingNextPage, isFetchNextPageError, wantsMore, fetchNextPage]);

  return {
    pages: data?.pages,
    tree,
    hasMore: hasNextPage,
    isLoading: isFetchingNextPage,
    loadMore: () => void fetchNextPage(),
  };
}

/** The messages of all pages. */
export function rowsOf<M extends Place>(pages: readonly Page<M>[] | undefined): M[] {
  return pages?.flatMap((page) => page.messages) ?? [];
}
