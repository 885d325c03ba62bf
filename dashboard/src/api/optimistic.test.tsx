import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, renderHook, screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";

import { ApiError } from "./error";
import { useOptimistic } from "./optimistic";
import { Toaster } from "@/ui/toast";
import { TooltipProvider } from "@/ui/tooltip";

const queryKey = ["project", "p"];

function setUp(mutate: (isOn: boolean) => Promise<unknown>) {
  const queryClient = new QueryClient();
  queryClient.setQueryData(queryKey, { isOn: false });
  const { result } = renderHook(
    () =>
      useOptimistic<{ isOn: boolean }, boolean>({
        queryKey,
        update: (before, isOn) => ({ ...before, isOn }),
        mutate,
      }),
    {
      wrapper: ({ children }: { children: ReactNode }) => (
        <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
      ),
    },
  );
  render(
    <TooltipProvider>
      <Toaster />
    </TooltipProvider>,
  );
  return { queryClient, result, isOn: () => queryClient.getQueryData<{ isOn: boolean }>(queryKey)?.isOn };
}

describe("useOptimistic", () => {
  it("shows the change before the server has agreed, and keeps it then", async () => {
    let agree: (value: unknown) => void = () => undefined;
    const { result, isOn } = setUp(() => new Promise((resolve) => (agree = resolve)));
    act(() => result.current.mutate(true));
    await waitFor(() => expect(isOn()).toBe(true));
    expect(result.current.isSuccess).toBe(false);
    act(() => agree({}));
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    expect(isOn()).toBe(true);
  });

  it("takes the change back when the server refuses, and says why", async () => {
    const { result, isOn } = setUp(() => Promise.reject(new ApiError(403, "Not allowed", "Only owners may")));
    act(() => result.current.mutate(true));
    await waitFor(() => expect(result.current.isError).toBe(true));
    expect(isOn()).toBe(false);
    expect(await screen.findByText("Only owners may")).toBeTruthy();
  });

  it("asks for the truth afterwards, whatever became of it", async () => {
    const { queryClient, result } = setUp(() => Promise.resolve({}));
    const invalidate = vi.spyOn(queryClient, "invalidateQueries");
    act(() => result.current.mutate(true));
    await waitFor(() => expect(invalidate).toHaveBeenCalledWith({ queryKey }));
  });
});
