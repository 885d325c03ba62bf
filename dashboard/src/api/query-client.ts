import { QueryClient } from "@tanstack/react-query";

import { ApiError } from "./error";

/** The cache of answers. A first load that fails shows the route's error; a later one keeps what is there. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        throwOnError: (_error, query) => query.state.data === undefined,
      },
    },
  });
}

/** True for errors that another try may mend: no answer, or the server's own. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
