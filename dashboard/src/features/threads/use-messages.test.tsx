import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";

import { useMessages } from "./use-messages";
import type { MessageView } from "@/api/contract";
import { ApiError } from "@/api/error";

const all = 1_000;
const onPage = 200;

function message(height: number): MessageView {
  const at = new Date(Date.UTC(2026, 0, 1) + height * 1_000).toISOString();
  return {
    id: `m${height}`,
    parent_id: height === 0 ? null : `m${height - 1}`,
    external_id: null,
    created_at: at,
    updated_at: at,
    format: "aui/v0",
    height,
    content: { role: "user", content: [{ type: "text", text: "hello" }] },
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

function show() {
  const client = new QueryClient();
  return renderHook(() => useMessages("project_1", "thread_1", undefined), {
    wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  });
}

it("stops loading by itself in a long thread, and goes on when asked to", async () => {
  const { result } = show();
  await waitFor(() => expect(result.current.entries).toHaveLength(600));
  expect(result.current.hasMore).toBe(true);
  result.current.loadMore();
  await waitFor(() => expect(result.current.entries).toHaveLength(800));
});

it("gives the whole branch without showing it", async () => {
  const { result } = show();
  // While the first pages are still on their way.
  const whole = await result.current.wholeBranch();
  expect(whole.map(({ shown }) => shown.id)).toEqual(Array.from({ length: all }, (_, at) => `m${at}`));
  await waitFor(() => expect(result.current.entries).toHaveLength(600));
  expect(await result.current.wholeBranch()).toHaveLength(all);
  expect(result.current.entries).toHaveLength(600);
});

it("tells when a part of the branch cannot be had", async () => {
  const { result } = show();
  await waitFor(() => expect(result.current.entries).toHaveLength(600));
  isBroken = true;
  await expect(result.current.wholeBranch()).rejects.toThrow(ApiError);
});
