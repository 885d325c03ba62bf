import { expect, it } from "vitest";

import { cutOf } from "./cut";

it.each([
  ["at a line break", `${"x".repeat(95)}\n${"y".repeat(50)}`, 100, 96],
  ["at a space", `${"x".repeat(95)} ${"y".repeat(50)}`, 100, 96],
  ["where there is none", "x".repeat(50), 20, 20],
  ["not inside of a character", "😀".repeat(50), 21, 20],
  ["not at all", "short", 20, 5],
])("cuts %s", (_where, text, length, end) => {
  expect(cutOf(text, 0, length)).toBe(end);
});
