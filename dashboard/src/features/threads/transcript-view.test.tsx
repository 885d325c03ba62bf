import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import type { Message, Run, Transcript } from "./transcript/shown";
import { treeOf } from "./transcript/tree";
import TranscriptView from "./transcript-view";
import { text } from "@/text";
import { renderInRouter } from "@/testing/render-in-router";
import { sent } from "@/testing/json-source";

const at = "2026-09-21T14:13:20.000Z";

const reply = (run: Run | null, transcript: Partial<Transcript> = {}): Message => ({
  id: "msg_1",
  parent_id: null,
  external_id: null,
  height: 0,
  created_at: at,
  updated_at: at,
  format: "aui/v0",
  has_copy: false,
  run,
  transcript: {
    role: "assistant",
    role_name: null,
    parts: [],
    ending: { kind: "cancelled", error: null },
    thumb: null,
    timing: null,
    ...transcript,
  },
});

function show(message: Message) {
  renderInRouter(
    <TranscriptView
      tree={treeOf([message])}
      headId={message.id}
      onHead={() => undefined}
      target={undefined}
    />,
  );
  return screen.findByRole("article");
}

describe("TranscriptView", () => {
  it("says of a reply that runs that it is being written, and no more", async () => {
    const article = await show(reply({ status: "running", last_heartbeat_ms_ago: 400 }));
    expect(article.textContent).toContain(text.threads.runs.running);
    expect(article.textContent).not.toContain(text.threads.endings.cancelled);
    expect(article.textContent).not.toContain(text.threads.emptyMessage);
  });

  it("says of a reply that fell silent that it was interrupted, beside what there is of it", async () => {
    const parts: Transcript["parts"] = [{ kind: "text", text: "It left yest" }];
    const article = await show(reply({ status: "running", last_heartbeat_ms_ago: 30_000 }, { parts }));
    expect(article.textContent).toContain(text.threads.runs.interrupted);
    expect(article.textContent).toContain("It left yest");
    expect(article.textContent).not.toContain(text.threads.endings.cancelled);
  });

  it("says of a reply whose run ended how it ended", async () => {
    const article = await show(reply({ status: "ended", last_heartbeat_ms_ago: 90_000 }));
    expect(article.textContent).toContain(text.threads.endings.cancelled);
    expect(article.textContent).toContain(text.threads.emptyMessage);
    expect(article.textContent).not.toContain(text.threads.runs.interrupted);
  });

  it("shows every kind of part that the server sends", async () => {
    const parts: Transcript["parts"] = [
      { kind: "text", text: "Hello" },
      { kind: "reasoning", text: "hm" },
      {
        kind: "tool",
        name: "track",
        call_id: null,
        input: "",
        state: { kind: "error", value: sent("no") },
        artifact: null,
        interactions: null,
        approval: null,
        messages: [],
      },
      { kind: "image", source: "data:image/png;base64,AA", name: "box.png" },
      { kind: "file", source: "QUJD", name: null, media_type: "text/plain" },
      { kind: "source", url: "https://a.example/x", title: null, detail: null },
      { kind: "data", name: "weather", value: sent({ c: 21 }) },
      { kind: "raw", why: "part", value: sent({ type: "odd" }), name: "odd" },
    ];
    const article = await show(
      reply(null, { parts, ending: null, timing: sent({ totalStreamTime: 3_240 }) }),
    );
    for (const written of [
      "Hello",
      "Reasoning",
      "track",
      "text/plain",
      "a.example",
      "weather",
      '"odd"',
      "3.2 s",
    ])
      expect(article.textContent).toContain(written);
    expect(screen.getByRole("img", { name: "Image box.png" })).toBeTruthy();
  });
});
