import { expect, test } from "vitest";

import { checklist, waysIn } from "./checklist";
import type { FirstSteps, ThreadRow } from "@/api/contract";

const nothing: FirstSteps = { has_rule: false, has_api_key: false, has_request: false, first_thread: null };
const thread: ThreadRow = {
  id: "thread_1",
  workspace_id: "ws",
  title: "Hello",
  external_id: null,
  is_archived: false,
  created_by: "user_1",
  created_by_name: null,
  created_at: "2026-09-21T00:00:00.000Z",
  updated_at: "2026-09-21T00:00:00.000Z",
  last_message_at: "2026-09-21T00:00:00.000Z",
  thumbs_up: 0,
  thumbs_down: 0,
  message_count: 2,
  first_words: null,
  match: null,
};

function states(steps: Partial<FirstSteps>, anonymous = false): string {
  const list = checklist({ anonymous_access: anonymous }, { ...nothing, ...steps });
  return list.map((step) => step.state).join(" ");
}

test("the first step that is not taken is the current one", () => {
  expect(states({})).toBe("current open open");
  expect(states({ has_rule: true })).toBe("done current open");
  expect(states({ has_api_key: true })).toBe("done current open");
  expect(states({}, true)).toBe("done current open");
  expect(states({ has_rule: true, has_request: true })).toBe("done done current");
  expect(states({ has_rule: true, has_request: true, first_thread: thread })).toBe("done done done");
});

test("a step stays taken when one before it is taken back", () => {
  expect(states({ has_request: true })).toBe("current done open");
});

test("a thread proves that there was a request", () => {
  expect(states({ has_rule: true, first_thread: thread })).toBe("done done done");
});

test("the ways in, the safest first", () => {
  expect(waysIn({ anonymous_access: true }, { ...nothing, has_rule: true })).toEqual(["rule", "anonymous"]);
  expect(waysIn({ anonymous_access: false }, nothing)).toEqual([]);
});
