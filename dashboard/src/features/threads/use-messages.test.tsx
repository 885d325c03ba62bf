import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { Message } from "./transcript/shown";
import { useMessages } from "./use-messages";
import { ApiError } from "@/api/error";

const all = 1_000;
const onPage = 200;

function message(height: number): Message {
  const at = new Date(Date.UTC(2026, 0, 1) + height * 1_000).toISOString();
  return {
    id: `m${height}`,
    parent_id: height === 0 ? null : `m${height - 1}`,
    external_id: null,
    created_at: at,
    updated_at: at,
    format: "aui/v0",
    height,
    has_copy: false,
    transcript: {
      role: "user",
      role_name: null,
      parts: [{ kind: "text", text: "hello" }],
      ending: null,
      thumb: null,
      timing: null,
    },
  };
}

let isBroken = false;

/** The deepest first; a cursor is how many were listed before. */
function answer(url: string): Response {
  const skipped = Number(new URL(url, "https://keep.example.com").searchParams.get("after") ?? 0);
  if (isBroken && skipped >= 600) return Response.json({ error: "Too busy" }, { status: 503 });
  const messages = Array.from({ length: onPage }, (_, index) => message(all - 1 - skipped - index));
  const next = skipped + onPage;
  return Response.json({ messages, next_cursor: next < all ? String(next) : null });
}

beforeEach(() => {
  isBroken = false;
  vi.stubGlobal("fetch", (url: string) => Promise.resolve(answer(url)));
});

afterEach(() => vi.useRealTimers());

function show() {
  const client = new QueryClient();
  return renderHook(() => useMessages("project_1", "thread_1", undefined), {
    wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  });
}

it("stops loading by itself in a long thread, and goes on when asked to", async () => {
  const { result } = show();
  await waitFor(() => expect(result.current.tree.nodes).toHaveLength(600));
  expect(result.current.hasMore).toBe(true);
  result.current.loadMore();
  await waitFor(() => expect(result.current.tree.nodes).toHaveLength(800));
});

it("gives the whole branch without showing it", async () => {
  const { result } = show();
  // While the first pages are still on their way.
  const whole = await result.current.wholeBranch();
  expect(whole.map(({ id }) => id)).toEqual(Array.from({ length: all }, (_, at) => `m${at}`));
  await waitFor(() => expect(result.current.tree.nodes).toHaveLength(600));
  expect(await result.current.wholeBranch()).toHaveLength(all);
  expect(result.current.tree.nodes).toHaveLength(600);
});

it("tells when a part of the branch cannot be had", async () => {
  const { result } = show();
  await waitFor(() => expect(result.current.tree.nodes).toHaveLength(600));
  isBroken = true;
  await expect(result.current.wholeBranch()).rejects.toThrow(ApiError);
});

it("asks anew while a reply is being written, and no longer when it is there", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const runs: Message["run"][] = [
    { status: "running", last_heartbeat_ms_ago: 900 },
    { status: "running", last_heartbeat_ms_ago: 1_200 },
    { status: "ended", last_heartbeat_ms_ago: 300 },
  ];
  let asked = 0;
  vi.stubGlobal("fetch", () => {
    const run = runs[Math.min(asked, runs.length - 1)];
    asked += 1;
    return Promise.resolve(Response.json({ messages: [{ ...message(0), run }], next_cursor: null }));
  });
  const { result } = show();
  await waitFor(() => expect(result.current.head?.message.run?.status).toBe("running"));
  await vi.advanceTimersByTimeAsync(10_000);
  await waitFor(() => expect(result.current.head?.message.run?.status).toBe("ended"));
  expect(asked).toBe(3);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(3);
});

it("does not wait for a reply that was interrupted", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  let asked = 0;
  const run = { status: "running", last_heartbeat_ms_ago: 31_000 };
  vi.stubGlobal("fetch", () => {
    asked += 1;
    return Promise.resolve(Response.json({ messages: [{ ...message(0), run }], next_cursor: null }));
  });
  const { result } = show();
  await waitFor(() => expect(result.current.head).toBeDefined());
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(1);
});
