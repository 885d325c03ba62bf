import { expect, it } from "vitest";

import { durationOf } from "./duration";

it.each([
  [{ totalStreamTime: 3_240, tokenCount: 88 }, "3.2 s"],
  [{ totalStreamTime: 0 }, "0 s"],
  [{ totalStreamTime: "3240" }, undefined],
  [{ totalStreamTime: -1 }, undefined],
  [{ totalStreamTime: Number.NaN }, undefined],
  [{}, undefined],
  [null, undefined],
  ["3 s", undefined],
])("of %j is %s", (timing, written) => {
  expect(durationOf(timing)).toBe(written);
});
