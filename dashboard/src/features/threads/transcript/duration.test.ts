import { expect, it } from "vitest";

import { durationOf } from "./duration";
import { sent } from "@/testing/json-source";

it.each([
  [{ totalStreamTime: 3_240, tokenCount: 88 }, "3.2 s"],
  [{ totalStreamTime: 0 }, "0 s"],
  [{ totalStreamTime: "3240" }, undefined],
  [{ totalStreamTime: -1 }, undefined],
  [{ totalStreamTime: 3_240, padding: "x".repeat(2_000) }, undefined],
  [{}, undefined],
  ["3 s", undefined],
])("of %j is %s", (timing, written) => {
  expect(durationOf(sent(timing))).toBe(written);
});

it("of nothing is nothing", () => {
  expect(durationOf(null)).toBeUndefined();
});
