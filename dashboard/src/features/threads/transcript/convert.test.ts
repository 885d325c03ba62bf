import { describe, expect, it } from "vitest";

import { type Stored, showMessage } from "./convert";
import { jsonText } from "./read";
import type { Part } from "./shown";

function show(format: string, content: unknown) {
  return showMessage({
    id: "msg_1",
    created_at: "2026-09-21T14:13:20.000Z",
    format,
    content: content as Stored["content"],
  });
}

const partsOf = (format: string, content: unknown): Part[] => show(format, content).parts;
const kindsOf = (format: string, content: unknown) => partsOf(format, content).map((part) => part.kind);

/** What the server hands over: JSON, in which `__proto__` is a name like any other. */
const json = (text: string): unknown => JSON.parse(text);

describe("aui/v0", () => {
  it("shows every kind of part", () => {
    const content = {
      role: "assistant",
      status: { type: "complete", reason: "stop" },
      content: [
        { type: "text", text: "Hi" },
        { type: "reasoning", text: "", unstable_summary: "thinking" },
        { type: "source", sourceType: "url", id: "s", url: "https://a.example", title: "A" },
        { type: "source", sourceType: "document", id: "d", title: "Terms", mediaType: "application/pdf" },
        { type: "image", image: "https://a.example/x.png", filename: "x.png" },
        { type: "file", data: "QUJD", mimeType: "text/plain", filename: "a.txt" },
        { type: "audio", audio: { data: "QUJD", format: "mp3" } },
        { type: "data", name: "weather", data: { c: 21 } },
        { type: "data-legacy", data: 1 },
        { type: "generative-ui", spec: { root: "hello" } },
      ],
    };
    expect(partsOf("aui/v0", content)).toEqual([
      { kind: "text", text: "Hi" },
      { kind: "reasoning", text: "thinking" },
      { kind: "source", url: "https://a.example", title: "A", detail: undefined },
      { kind: "source", url: undefined, title: "Terms", detail: "application/pdf" },
      { kind: "image", source: "https://a.example/x.png", name: "x.png" },
      { kind: "file", source: "QUJD", name: "a.txt", mediaType: "text/plain" },
      { kind: "file", source: "QUJD", name: undefined, mediaType: "audio/mp3" },
      { kind: "data", name: "weather", value: { c: 21 } },
      { kind: "data", name: "legacy", value: 1 },
      { kind: "data", name: "generative-ui", value: { root: "hello" } },
    ]);
  });

  it("shows a tool call with what went in and what came out", () => {
    const call = {
      type: "tool-call",
      toolCallId: "call_7",
      toolName: "track",
      args: { parcel: "P-88" },
      result: false,
      artifact: { map: "eu" },
    };
    expect(partsOf("aui/v0", { role: "assistant", content: [call] })).toMatchObject([
      {
        kind: "tool",
        name: "track",
        callId: "call_7",
        input: '{\n  "parcel": "P-88"\n}',
        state: { kind: "result", value: false },
        artifact: { map: "eu" },
      },
    ]);
  });

  it.each([
    [
      { isError: true, result: { code: 9 } },
      { kind: "error", value: { code: 9 } },
    ],
    [{ result: null }, { kind: "result", value: null, isPreliminary: false }],
    [
      { result: 1, isPreliminary: true },
      { kind: "result", value: 1, isPreliminary: true },
    ],
    [{ approval: { id: "a", approved: false } }, { kind: "denied" }],
    [{ approval: { id: "a" } }, { kind: "asking" }],
    [{}, { kind: "pending" }],
  ])("tells how the call %j went", (extra, state) => {
    const call = { type: "tool-call", toolName: "x", argsText: "{broken", ...extra };
    expect(partsOf("aui/v0", { role: "assistant", content: [call] })).toMatchObject([
      { input: "{broken", state },
    ]);
  });

  it("shows the conversation inside of a tool call", () => {
    const nested = { role: "user", content: [{ type: "text", text: "inner" }] };
    const call = { type: "tool-call", toolName: "agent", args: {}, messages: [nested, 7] };
    const [part] = partsOf("aui/v0", { role: "assistant", content: [call] });
    expect(part).toMatchObject({
      messages: [
        { role: "user", parts: [{ kind: "text", text: "inner" }] },
        { role: "other", parts: [{ kind: "raw", value: 7 }] },
      ],
    });
  });

  it("names what is attached after its attachment", () => {
    const content = {
      role: "user",
      content: [{ type: "text", text: "Is this mine?" }],
      attachments: [
        {
          name: "box.png",
          contentType: "image/png",
          content: [{ type: "image", image: "data:image/png;base64,AA" }],
        },
        { name: "empty.bin", content: [] },
        "nonsense",
      ],
    };
    expect(partsOf("aui/v0", content)).toEqual([
      { kind: "text", text: "Is this mine?" },
      { kind: "image", source: "data:image/png;base64,AA", name: "box.png" },
      { kind: "file", source: "", name: "empty.bin", mediaType: undefined },
      { kind: "raw", why: "part", value: "nonsense", name: undefined },
    ]);
  });

  it("says how an answer ended, and the thumb it got", () => {
    const ended = (status: unknown, metadata?: unknown) =>
      show("aui/v0", { role: "assistant", content: [], status, metadata });
    expect(ended({ type: "incomplete", reason: "cancelled" }).ending?.kind).toBe("cancelled");
    expect(ended({ type: "incomplete", reason: "error", error: "boom" }).ending).toEqual({
      kind: "failed",
      error: "boom",
    });
    expect(ended({ type: "incomplete", reason: "__proto__" }).ending?.kind).toBe("other");
    expect(ended({ type: "requires-action" }).ending?.kind).toBe("waiting");
    expect(ended({ type: "complete" }).ending).toBeUndefined();
    expect(ended(undefined, { submittedFeedback: { type: "negative" } }).thumb).toBe("down");
  });
});

describe("ai-sdk/v5 and ai-sdk/v6", () => {
  it("shows every kind of part", () => {
    const content = {
      role: "assistant",
      metadata: { __aui_toolArtifacts: { c1: { map: 1 } } },
      parts: [
        { type: "step-start" },
        { type: "text", text: "Hi", state: "done" },
        { type: "reasoning", text: "hm" },
        { type: "file", mediaType: "image/png", url: "https://a.example/i", filename: "i.png" },
        { type: "file", mediaType: "application/pdf", url: "data:application/pdf;base64,AA" },
        { type: "source-url", sourceId: "s", url: "https://a.example" },
        { type: "source-document", sourceId: "d", mediaType: "text/plain", title: "T", filename: "t.txt" },
        { type: "data-weather", data: { c: 21 } },
        {
          type: "tool-lookup",
          toolCallId: "c1",
          state: "output-available",
          input: { q: 1 },
          output: { ok: true },
        },
        {
          type: "dynamic-tool",
          toolName: "dyn",
          toolCallId: "c2",
          state: "output-error",
          input: {},
          errorText: "no",
        },
        { type: "surprise", a: 1 },
      ],
    };
    for (const format of ["ai-sdk/v5", "ai-sdk/v6"]) {
      expect(partsOf(format, content)).toMatchObject([
        { kind: "text", text: "Hi" },
        { kind: "reasoning", text: "hm" },
        { kind: "image", name: "i.png" },
        { kind: "file", mediaType: "application/pdf" },
        { kind: "source", url: "https://a.example" },
        { kind: "source", title: "T", detail: "t.txt" },
        { kind: "data", name: "weather", value: { c: 21 } },
        {
          kind: "tool",
          name: "lookup",
          state: { kind: "result", value: { ok: true } },
          artifact: { map: 1 },
        },
        { kind: "tool", name: "dyn", state: { kind: "error", value: "no" } },
        { kind: "raw", why: "part", name: "surprise", value: { type: "surprise", a: 1 } },
      ]);
    }
  });

  it.each([
    ["output-denied", "denied"],
    ["approval-requested", "asking"],
    ["approval-responded", "pending"],
    ["input-streaming", "pending"],
    ["constructor", "pending"],
  ])("tells how a call in the state %s went", (state, kind) => {
    expect(partsOf("ai-sdk/v6", { role: "assistant", parts: [{ type: "tool-x", state }] })).toMatchObject([
      { state: { kind } },
    ]);
  });

  it("unwraps results that differ from what the model saw", () => {
    const output = { __aui_modelContent: [], value: 42 };
    expect(
      partsOf("ai-sdk/v6", {
        role: "assistant",
        parts: [{ type: "tool-x", state: "output-available", output }],
      }),
    ).toMatchObject([{ state: { kind: "result", value: 42 } }]);
  });
});

describe("whatever else is stored", () => {
  it("keeps the content of formats it does not know", () => {
    expect(show("langchain/v1", { type: "human", role: "tool" })).toMatchObject({
      role: "other",
      roleName: "tool",
      parts: [{ kind: "raw", why: "format", name: "langchain/v1", value: { type: "human", role: "tool" } }],
    });
  });

  it.each([
    null,
    7,
    "text",
    [],
    {},
    { content: null },
    { role: 7, content: {} },
    { role: "user", parts: "no" },
    { role: ["user"], content: 1 },
  ])("keeps %j, which has no shape", (content) => {
    for (const format of ["aui/v0", "ai-sdk/v6", "ai-sdk/v5", "__proto__", ""])
      expect(kindsOf(format, content)).toEqual(["raw"]);
  });

  it.each([
    null,
    1,
    "x",
    [],
    {},
    { type: 1 },
    { type: "text" },
    { type: "text", text: { toString: "x" } },
    { type: "tool-call" },
    { type: "tool-call", toolName: {} },
    { type: "image", image: 1 },
    { type: "source" },
    { type: "data" },
    { type: "__proto__" },
    { type: "constructor" },
  ])("keeps the part %j as it is", (part) => {
    expect(partsOf("aui/v0", { role: "assistant", content: [part] })).toMatchObject([
      { kind: "raw", value: part },
    ]);
  });

  it("takes nothing from the prototype, and changes none", () => {
    const stored = json(
      '{"__proto__":{"role":"user","content":[]},"constructor":{"prototype":{"polluted":1}}}',
    );
    expect(show("aui/v0", stored)).toMatchObject({ role: "other", parts: [{ kind: "raw" }] });
    const part = json('{"type":"data","name":"x","data":{"__proto__":{"polluted":true}}}');
    const [shown] = partsOf("aui/v0", { role: "user", content: [part] });
    expect(shown?.kind === "data" && jsonText(shown.value)).toContain('"__proto__"');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("shows the first of very many parts, and keeps the rest", () => {
    const content = Array.from({ length: 5_000 }, () => ({ type: "text", text: "a" }));
    const parts = partsOf("aui/v0", { role: "user", content });
    expect(parts).toHaveLength(301);
    expect(parts.at(-1)).toMatchObject({ kind: "raw", why: "many", name: "4700" });
  });

  it("survives what nests deeper than a browser can write", () => {
    const deep = json("[".repeat(50_000) + "]".repeat(50_000));
    expect(jsonText(deep)).toContain("…");
    expect(
      kindsOf("aui/v0", { role: "assistant", content: [{ type: "tool-call", toolName: "x", args: deep }] }),
    ).toEqual(["tool"]);
    let nested: unknown = { role: "user", content: [] };
    for (let level = 0; level < 500; level++)
      nested = {
        role: "assistant",
        content: [{ type: "tool-call", toolName: "x", args: {}, messages: [nested] }],
      };
    expect(jsonText(show("aui/v0", nested)).length).toBeGreaterThan(0);
  });
});
