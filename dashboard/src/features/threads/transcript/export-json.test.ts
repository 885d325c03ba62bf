import { expect, it } from "vitest";

import { exportJson } from "./export-json";
import { readJson } from "./json-source";
import type { StoredMessage, ThreadFacts } from "./shown";

const at = "2026-09-21T14:13:20.000Z";
const own = '{"role":"user","ids":[738529527931269425,1.0,1e400,-0.0],"text":"\\u00e9\\ud83d"}';

const message = (id: string, parent: string | null, height: number) =>
  `{"id":"${id}","parent_id":${JSON.stringify(parent)},"external_id":null,"height":${height},"created_at":"${at}","updated_at":"${at}","format":"ai-sdk/v6","content":${own},"copy":null}`;
const stored = (text: string) => readJson(text, new Set(["content", "copy"])) as StoredMessage;
const thread = '{"id":"thread_1","title":"Parcel","metadata":{"order":738529527931269425}}';

it("writes the thread with every branch, parents first, to the letter", async () => {
  const [a, b, c] = [message("a", null, 0), message("b", "a", 1), message("c", "a", 1)];
  const written = await exportJson(
    readJson(thread, new Set(["metadata"])) as ThreadFacts,
    [c, b, a].map(stored),
  );
  const whole = written.join("");
  expect(whole.endsWith("}\n")).toBe(true);
  expect(whole.replaceAll(/\s/g, "")).toBe(`{"thread":${thread},"messages":[${a},${b},${c}]}`);
  expect(JSON.parse(whole)).toBeTypeOf("object");
});

it("writes a thread without messages", async () => {
  const written = await exportJson(readJson(thread, new Set()) as ThreadFacts, []);
  expect(JSON.parse(written.join(""))).toMatchObject({ messages: [] });
});
