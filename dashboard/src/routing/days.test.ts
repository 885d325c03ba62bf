import { expect, it } from "vitest";

import { dayAfter, startOfDay, writtenDay } from "./days";

it("days are those of the viewer, from their beginning to the next one's", () => {
  expect(startOfDay("2026-09-01")).toBe(new Date(2026, 8, 1).toISOString());
  expect(dayAfter("2026-12-31")).toBe(new Date(2027, 0, 1).toISOString());
  expect(writtenDay("2026-09-01")).toBe("Sep 1, 2026");
});
