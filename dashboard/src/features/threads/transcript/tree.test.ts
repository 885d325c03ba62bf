import { describe, expect, it } from "vitest";

import type { Place } from "./shown";
import { branchOf, leafThrough, newestLeaf, treeOf } from "./tree";

function message(id: string, parent: string | null, height: number, second = height): Place {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return {
    id,
    parent_id: parent,
    external_id: null,
    created_at: at,
    updated_at: at,
    format: "aui/v0",
    height,
  };
}

const ids = (nodes: { message: Place }[]) => nodes.map((node) => node.message.id);

// a ─ b ─ c        (and from a: b2 ─ c2, newer)
const all = [
  message("a", null, 0),
  message("b", "a", 1, 1),
  message("b2", "a", 1, 5),
  message("c", "b", 2, 2),
  message("c2", "b2", 2, 6),
];

describe("treeOf", () => {
  it("puts parents before children, whatever the order, and drops repetitions", () => {
    const tree = treeOf([...all, ...all].reverse());
    expect(ids(tree.nodes)).toEqual(["a", "b", "b2", "c", "c2"]);
    expect(ids(tree.byId.get("a")?.children ?? [])).toEqual(["b", "b2"]);
  });

  it("begins with the deepest and newest branch", () => {
    expect(ids(branchOf(newestLeaf(treeOf(all))))).toEqual(["a", "b2", "c2"]);
  });

  it("finds the newest branch through a message", () => {
    const tree = treeOf(all);
    expect(ids(branchOf(leafThrough(tree.byId.get("b")!)))).toEqual(["a", "b", "c"]);
    expect(ids(branchOf(leafThrough(tree.byId.get("a")!)))).toEqual(["a", "b2", "c2"]);
  });

  it("shows what is at hand while earlier messages are missing", () => {
    const tree = treeOf(all.slice(1));
    expect(ids(branchOf(newestLeaf(tree)))).toEqual(["b2", "c2"]);
    expect(tree.byId.get("b2")?.isCut).toBe(true);
    expect(tree.byId.get("c2")?.isCut).toBe(false);
  });

  it("never goes round in circles", () => {
    const tree = treeOf([message("x", "y", 1), message("y", "x", 1), message("z", "z", 1)]);
    expect(tree.nodes).toHaveLength(3);
    for (const node of tree.nodes) expect(branchOf(node).length).toBeLessThanOrEqual(2);
  });

  it("has no branch without messages", () => {
    expect(newestLeaf(treeOf([]))).toBeUndefined();
    expect(branchOf(undefined)).toEqual([]);
  });
});
