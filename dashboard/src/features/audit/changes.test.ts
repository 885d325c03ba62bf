import { expect, test } from "vitest";

import { changesOf, inOrder, nameOf } from "./changes";

test("only what differs is a change", () => {
  expect(changesOf({ name: "A", issuer: "x", cap: null }, { name: "B", issuer: "x", cap: 5 })).toEqual([
    { field: "name", kind: "value", before: "A", after: "B" },
    { field: "cap", kind: "value", before: null, after: 5 },
  ]);
});

test("of a list it is told what came and went", () => {
  expect(changesOf({ origins: ["a", "b"] }, { origins: ["b", "c"] })).toEqual([
    { field: "origins", kind: "list", removed: ["a"], added: ["c"] },
  ]);
  expect(changesOf(null, { origins: ["a"] })).toEqual([
    { field: "origins", kind: "list", removed: [], added: ["a"] },
  ]);
  expect(changesOf({ origins: ["a"] }, null)).toEqual([
    { field: "origins", kind: "list", removed: ["a"], added: [] },
  ]);
});

test("a list in another order has changed all the same", () => {
  expect(changesOf({ list: ["a", "b"] }, { list: ["b", "a"] })).toEqual([
    { field: "list", kind: "value", before: ["a", "b"], after: ["b", "a"] },
  ]);
});

test("what was created or deleted shows the fields that say something", () => {
  const rule = { name: "Clerk", audience: null, conditions: [], prefix: "", has_secret: false };
  expect(changesOf(null, rule).map((change) => change.field)).toEqual(["name", "has_secret"]);
  expect(changesOf(rule, null).map((change) => change.field)).toEqual(["name", "has_secret"]);
});

test("fields stand in the order of their names, others after them", () => {
  const changes = changesOf(null, { audience: "a", extra: 1, issuer: "i", name: "n", zone: 2 });
  const fields = inOrder(changes, ["name", "issuer", "audience"]).map((change) => change.field);
  expect(fields).toEqual(["name", "issuer", "audience", "extra", "zone"]);
});

test("a field emptied by a change is a change", () => {
  expect(changesOf({ audience: "a" }, { audience: null })).toEqual([
    { field: "audience", kind: "value", before: "a", after: null },
  ]);
});

test("the order of an object's members is none", () => {
  expect(changesOf({ o: { a: 1, b: 2 } }, { o: { b: 2, a: 1 } })).toEqual([]);
});

test("names of fields cannot reach the prototype", () => {
  const hostile = JSON.parse('{"__proto__":{"x":1},"toString":"y"}') as Record<string, unknown>;
  expect(changesOf(null, hostile).map((change) => change.field)).toEqual(["__proto__", "toString"]);
  expect(changesOf({ a: 1 }, null)).toHaveLength(1);
});

test("nothing before and after is no change", () => {
  expect(changesOf(null, null)).toEqual([]);
});

test("the thing is called by its newest name", () => {
  expect(nameOf({ name: "A" }, { name: "B" })).toBe("B");
  expect(nameOf({ name: "A" }, null)).toBe("A");
  expect(nameOf(null, { kid: "k" })).toBeUndefined();
});
