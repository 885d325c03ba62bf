import { queryOptions } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { SignInSession } from "@/api/contract";

/** The operator's sessions, as the server answers them. */
export interface SessionList {
  sessions: SignInSession[];
}

export const sessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: ({ signal }) => api.get<SessionList>(path`/account/sessions`, { signal }),
});
