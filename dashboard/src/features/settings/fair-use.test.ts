import { expect, test } from "vitest";

import { changesOf, fields, readLimit, valuesOf, writeLimit } from "./fair-use";
import type { FairUse, Limits } from "@/api/contract";

const none: Limits = {
  user_threads_per_minute: null,
  user_messages_per_minute: null,
  workspace_threads_per_minute: null,
  workspace_messages_per_minute: null,
  workspace_stored_bytes: null,
  user_sdks_per_day: null,
};

const fairUse: FairUse = {
  visitors: { ...none, user_threads_per_minute: 30, workspace_stored_bytes: 1_500_000 },
  users: none,
  keys: none,
};

test("numbers are read as people write them, bytes in MiB", () => {
  expect(readLimit("user_threads_per_minute", " 1,000 ")).toBe(1000);
  expect(readLimit("workspace_stored_bytes", "256")).toBe(268_435_456);
  expect(readLimit("user_sdks_per_day", "")).toBeNull();
  for (const bad of ["-1", "1.5", "many", "101"]) {
    expect(readLimit("user_sdks_per_day", bad)).toBeUndefined();
  }
});

test("what is written can be read again", () => {
  for (const value of [null, 0, 7]) {
    expect(readLimit("user_messages_per_minute", writeLimit("user_messages_per_minute", value))).toBe(value);
  }
  expect(readLimit("workspace_stored_bytes", writeLimit("workspace_stored_bytes", 268_435_456))).toBe(
    268_435_456,
  );
});

test("only what was changed is sent", () => {
  const before = valuesOf(fairUse);
  expect(Object.keys(before)).toHaveLength(fields.length);
  expect(changesOf(before, before)).toEqual({});
  const after = { ...before, "visitors.user_threads_per_minute": "", "keys.workspace_stored_bytes": "2" };
  expect(changesOf(before, after)).toEqual({
    visitors: { user_threads_per_minute: null },
    keys: { workspace_stored_bytes: 2_097_152 },
  });
});
