import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import { createAppRouter } from "./router";
import { createQueryClient } from "@/api/query-client";
import { TooltipProvider } from "@/ui/tooltip";

function routerAt(path: string) {
  const queryClient = createQueryClient();
  const router = createAppRouter(queryClient);
  router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [path] }) });
  return { router, queryClient };
}

const project = "/dashboard/projects/project_1";

describe("what somebody wrote into a URL", () => {
  it.each([
    ["threads", "?from=yesterday&to=2026-09-30", "?to=2026-09-30"],
    ["threads", "?archived=maybe&user=+42+", "?user=42"],
    ["threads/thread_1", "?view=else", ""],
    ["audit", "?from=1&from=2&actor_id=&other=x", ""],
    ["users", "?search=a&search=b&pages=c1~c2", "?pages=c1%7Ec2"],
    ["api-keys", "?create=false", ""],
    ["settings", "?other=x", ""],
  ])("of the page %s: %s is read and written as %s", (page, written, kept) => {
    const { router } = routerAt(`${project}/${page}${written}`);
    // As the router does when it begins.
    const location = router.buildLocation({
      to: router.latestLocation.pathname,
      search: true,
      _includeValidateSearch: true,
    });
    expect(location.searchStr).toBe(kept);

    const { pathname, search } = router.latestLocation;
    const match = router.matchRoutes(pathname, search).at(-1);
    const read = Object.entries({ ...match?.search, other: undefined }).filter(([, value]) => value);
    expect(new URLSearchParams(read as [string, string][]).toString()).toBe(kept.slice(1));
  });
});

it("names users and workspaces by addresses that no browser changes", () => {
  const { router } = routerAt(project);
  for (const id of ["..", ".", "~ann", "a/b", "ann"]) {
    const places = [
      router.buildLocation({
        to: "/projects/$projectId/users/$userId",
        params: { projectId: "project_1", userId: id },
      }),
      router.buildLocation({
        to: "/projects/$projectId/workspaces/$workspaceId",
        params: { projectId: "project_1", workspaceId: id },
      }),
    ];
    for (const { publicHref } of places) {
      const { pathname } = new URL(publicHref, "https://keep.example");
      expect(pathname).toBe(publicHref);
      const { router: there } = routerAt(pathname);
      const match = there.matchRoutes(there.latestLocation.pathname, {}).at(-1);
      expect(Object.values(match?.params ?? {})).toEqual(["project_1", id]);
    }
  }
});

it("leads back to where a page was left, even right after scrolling", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
  const scrollTo = vi.spyOn(window, "scrollTo").mockReturnValue();
  const { router, queryClient } = routerAt("/dashboard/sign-in");
  render(
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <RouterProvider router={router} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  await waitFor(() => expect(scrollTo).toHaveBeenCalled());

  vi.spyOn(window, "scrollY", "get").mockReturnValue(732);
  await router.navigate({ to: "/reset" });
  await waitFor(() => expect(scrollTo).toHaveBeenCalledTimes(2));
  router.history.back();
  await waitFor(() => expect(scrollTo).toHaveBeenLastCalledWith(expect.objectContaining({ top: 732 })));
});
