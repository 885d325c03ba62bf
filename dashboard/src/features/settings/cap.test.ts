import { expect, test } from "vitest";

import { readCap } from "./cap";

test.each([
  ["1", 1],
  ["25000", 25_000],
  [" 25,000 ", 25_000],
  ["25 000", 25_000],
])("%j is a cap", (typed, cap) => {
  expect(readCap(typed)).toBe(cap);
});

test.each(["", "0", "-1", "1e3", "ten", "1;2", "9".repeat(16)])("%j is none", (typed) => {
  expect(readCap(typed)).toBeUndefined();
});
