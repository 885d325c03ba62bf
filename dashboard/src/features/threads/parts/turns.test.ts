import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { inTurn } from "./turns";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

it("does a little at once, and the rest step by step, in order", () => {
  const done: number[] = [];
  for (let number = 0; number < 10; number += 1) inTurn(200, () => done.push(number));
  expect(done).toEqual([0, 1, 2]);
  vi.runOnlyPendingTimers();
  expect(done).toEqual([0, 1, 2, 3, 4, 5]);
  vi.runAllTimers();
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it("does what weighs more than a turn alone", () => {
  const done: string[] = [];
  for (const name of ["a", "b", "c"]) inTurn(5_000, () => done.push(name));
  expect(done).toEqual(["a"]);
  vi.runOnlyPendingTimers();
  expect(done).toEqual(["a", "b"]);
});

it("leaves out what was called off", () => {
  const done: string[] = [];
  inTurn(500, () => done.push("a"));
  inTurn(1, () => done.push("b"))();
  vi.runAllTimers();
  expect(done).toEqual(["a"]);
});
