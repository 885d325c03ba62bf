import { expect, it } from "vitest";

import { exportJson } from "./export-json";
import type { StoredMessage } from "./shown";
import type { ThreadDetail } from "@/api/contract";

const at = "2026-09-21T14:13:20.000Z";

const stored = (id: string, parent: string | null, height: number): StoredMessage => ({
  id,
  parent_id: parent,
  external_id: null,
  height,
  created_at: at,
  updated_at: at,
  format: "ai-sdk/v6",
  content: { role: "user", parts: [{ type: "text", text: id }] },
  copy: { role: "user", content: [{ type: "text", text: id }] },
});

it("writes the thread with every branch, parents first, content and copy as they are stored", () => {
  const messages = [stored("c", "a", 1), stored("b", "a", 1), stored("a", null, 0)];
  const thread = { id: "thread_1", title: "Parcel" } as ThreadDetail;
  const written = exportJson(thread, messages);
  expect(written.endsWith("}\n")).toBe(true);
  expect(JSON.parse(written)).toEqual({
    thread,
    messages: [stored("a", null, 0), stored("b", "a", 1), stored("c", "a", 1)],
  });
});
