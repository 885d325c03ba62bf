import { expect, test } from "vitest";

import { endOf, stateOf } from "./state";
import type { ApiKeyView } from "@/api/contract";

const day = 24 * 60 * 60_000;
const now = Date.parse("2026-09-21T00:00:00.000Z");

function key(bornDaysAgo: number, endsInDays: number | null, isExpired = false): ApiKeyView {
  return {
    id: "key_1",
    name: "web",
    suffix: "abcd",
    created_at: new Date(now - bornDaysAgo * day).toISOString(),
    last_used_at: null,
    expires_at: endsInDays === null ? null : new Date(now + endsInDays * day).toISOString(),
    is_expired: isExpired,
  };
}

test.each([
  [key(100, null), "live"],
  [key(0, 30), "live"],
  [key(0, 7), "live"],
  [key(25, 5), "soon"],
  [key(6, 1), "soon"],
  [key(40, -1), "expired"],
  [key(0, 30, true), "expired"],
])("a key stands as its end says (%#)", (given, state) => {
  expect(stateOf(given, now)).toBe(state);
});

test("the end of a new key", () => {
  expect(endOf("never", now)).toBeNull();
  expect(endOf("90d", now)?.toISOString()).toBe("2026-12-20T00:00:00.000Z");
});
