import { expect, test } from "vitest";

import { bytes } from "./bytes";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_000, "1 kB"],
  [1_540_096, "1.5 MB"],
  [84_213_760, "84 MB"],
  [3_210_000_000, "3.2 GB"],
  [4e15, "4 PB"],
  [4e18, "4,000 PB"],
])("%d bytes are %s", (size, shown) => {
  document.documentElement.lang = "en";
  expect(bytes(size)).toBe(shown);
});
