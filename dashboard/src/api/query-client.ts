import { QueryClient } from "@tanstack/react-query";

import { ApiError } from "./error";

interface LoadedQuery {
  state: { data: unknown };
}

/** The cache of answers. A first load that fails shows the route's error; a later one keeps what is there. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // A page that waits for a connection says nothing; one that asked in vain says what is wrong.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        staleTime: 15_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        throwOnError: isFirstLoad,
      },
    },
  });
}

function isFirstLoad(_error: Error, query: LoadedQuery): boolean {
  return query.state.data === undefined;
}

/** `throwOnError` of lists that are narrowed by what people type: they tell themselves what is wrong with it. */
export function isNoRefusal(error: Error, query: LoadedQuery): boolean {
  return isFirstLoad(error, query) && !(error instanceof ApiError && error.status === 400);
}

/** True for errors that another try may mend: no answer, or the server's own. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
