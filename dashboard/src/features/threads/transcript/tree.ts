import type { Place } from "./shown";

/** The messages of a thread that are at hand, every one after its parent. */
export interface Tree<M extends Place> {
  nodes: Node<M>[];
  byId: Map<string, Node<M>>;
}

/** A message and its place. */
export interface Node<M extends Place> {
  message: M;
  /** The parent at hand. */
  parent: Node<M> | null;
  children: Node<M>[];
  /** It has a parent that is not at hand (yet), so that its siblings are not known either. */
  isCut: boolean;
}

/**
 * Puts messages together, whatever their order and however often one occurs (pages overlap when messages
 * arrive in between). A message whose parent is not at hand begins a branch of its own.
 */
export function treeOf<M extends Place>(messages: readonly M[]): Tree<M> {
  const byId = new Map<string, Node<M>>();
  const nodes: Node<M>[] = [];
  for (const message of [...messages].sort(byPlace)) {
    if (byId.has(message.id)) continue;
    // A parent comes before its children in this order; nothing else can be one, so there are no circles.
    const parent = message.parent_id === null ? null : (byId.get(message.parent_id) ?? null);
    const node: Node<M> = {
      message,
      parent,
      children: [],
      isCut: parent === null && message.parent_id !== null,
    };
    parent?.children.push(node);
    byId.set(message.id, node);
    nodes.push(node);
  }
  return { nodes, byId };
}

/** The end of the branch that is shown first: the deepest message, of several the newest. */
export function newestLeaf<M extends Place>(tree: Tree<M>): Node<M> | undefined {
  return tree.nodes.at(-1);
}

/** The end of a branch that goes through a message: its newest continuation. */
export function leafThrough<M extends Place>(node: Node<M>): Node<M> {
  let leaf = node;
  for (let next = leaf.children.at(-1); next; next = next.children.at(-1)) leaf = next;
  return leaf;
}

/** The branch that ends at a message, from its beginning. */
export function branchOf<M extends Place>(leaf: Node<M> | undefined): Node<M>[] {
  const branch: Node<M>[] = [];
  for (let node: Node<M> | null = leaf ?? null; node; node = node.parent) branch.push(node);
  return branch.reverse();
}

function byPlace(one: Place, other: Place): number {
  return one.height - other.height || compare(one.created_at, other.created_at) || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
