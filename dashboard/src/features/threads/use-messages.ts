import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { fetchPages, messagesQuery } from "./api";
import type { Message } from "./transcript/shown";
import { branchOf, leafThrough, type Node, newestLeaf, type Tree, treeOf } from "./transcript/tree";
import { type Pages, rowsOf, usePages } from "./use-pages";

/** The messages of a thread at hand, and the branch that is shown. */
export interface Messages extends Pages<Message> {
  head: Node<Message> | undefined;
  setHead: (id: string) => void;
  /** The branch that is shown as a whole, with what is not at hand. */
  wholeBranch: () => Promise<Message[]>;
}

/** Loads the messages of a thread page by page; `target` is one that must be at hand. */
export function useMessages(projectId: string, threadId: string, target: string | undefined): Messages {
  const pages = usePages(useInfiniteQuery(messagesQuery(projectId, threadId)), target);
  const [chosen, setChosen] = useState<{
    head: string;
    target: string | undefined;
  }>();
  // What was chosen holds until the URL is about another message.
  const head = headOf(pages.tree, chosen?.target === target ? chosen?.head : undefined, target);

  async function wholeBranch(): Promise<Message[]> {
    // Not through the query: thousands of messages would be shown, and its own loading would be in the way.
    const all = treeOf(rowsOf(await fetchPages(projectId, threadId, pages.pages ?? [])));
    return branchOf(headOf(all, head?.message.id, undefined)).map(({ message }) => message);
  }

  return { ...pages, head, setHead: (id) => setChosen({ head: id, target }), wholeBranch };
}

function headOf(
  tree: Tree<Message>,
  chosen: string | undefined,
  target: string | undefined,
): Node<Message> | undefined {
  const leaf = chosen === undefined ? undefined : tree.byId.get(chosen);
  if (leaf) return leafThrough(leaf);
  const aimed = target === undefined ? undefined : tree.byId.get(target);
  return aimed ? leafThrough(aimed) : newestLeaf(tree);
}
