import { createMemoryHistory } from "@tanstack/react-router";
import { describe, expect, it } from "vitest";

import { createAppRouter } from "./router";
import { createQueryClient } from "@/api/query-client";

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
    const router = createAppRouter(createQueryClient());
    router.update({
      ...router.options,
      history: createMemoryHistory({ initialEntries: [`${project}/${page}${written}`] }),
    });
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
