import type { QueryClient } from "@tanstack/react-query";
import { createRouter, parseSearchWith, stringifySearchWith } from "@tanstack/react-router";

import { NotFound, RouteError } from "./route-error";
import { RoutePending } from "./route-pending";
import { routeTree } from "./routes";
import { routerBase } from "@/api/base";

/** The router over all pages. */
export function createAppRouter(queryClient: QueryClient) {
  const router = createRouter({
    routeTree,
    basepath: routerBase,
    // Values of the search are plain texts: ?archived=true, not ?archived=%22true%22.
    parseSearch: parseSearchWith((value) => value),
    stringifySearch: stringifySearchWith(String),
    // What no page reads is not carried along.
    search: { strict: true },
    context: { queryClient },
    defaultPreload: "intent",
    // The query cache decides what is fresh.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFound,
    defaultPendingComponent: RoutePending,
    defaultPendingMs: 300,
  });
  // The router notes the places of what it has seen scrolling, and browsers tell of that only with the next frame:
  // a link that is pressed at once would lead back to the top.
  router.subscribe("onBeforeNavigate", () => document.dispatchEvent(new Event("scroll")));
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
