import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { useExplain } from "./use-explain";

const ask = vi.fn(() => Promise.resolve(Response.json({ accepted: true })));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", ask);
  ask.mockClear();
});
afterEach(() => vi.useRealTimers());

function show(token: string) {
  const client = new QueryClient();
  return renderHook(({ token }) => useExplain("project_1", token), {
    initialProps: { token },
    wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  });
}

const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

it("asks by itself once a whole token has settled", async () => {
  const { rerender } = show("a.b");
  await wait(1_000);
  rerender({ token: "a.b.c" });
  await wait(300);
  rerender({ token: "a.b.d" });
  expect(ask).not.toHaveBeenCalled();
  await wait(1_000);
  expect(ask).toHaveBeenCalledTimes(1);
});

it("does not ask again when the button was quicker", async () => {
  const { result } = show("a.b.c");
  await wait(100);
  act(() => result.current.mutate("a.b.c"));
  await wait(1_000);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(result.current.data).toEqual({ accepted: true });
});

it("asks again for a token that was taken away in between", async () => {
  const { result, rerender } = show("a.b.c");
  await wait(1_000);
  act(() => result.current.reset());
  rerender({ token: "" });
  rerender({ token: "a.b.c" });
  await wait(1_000);
  expect(ask).toHaveBeenCalledTimes(2);
});
