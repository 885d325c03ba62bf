import { queryOptions } from "@tanstack/react-query";

import { path, publicApi } from "@/api/client";
import type { InvitationPreview, SessionView } from "@/api/contract";
import { ApiError } from "@/api/error";
import { remember } from "@/api/session";

/** What an invitation is for. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) =>
      publicApi.post<InvitationPreview>(path`/invitations/inspect`, { token }, { signal }),
    staleTime: Infinity,
  });

/** The session of whoever follows the link; null if nobody is signed in. */
export const visitorQuery = queryOptions({
  queryKey: ["visitor"],
  queryFn: async ({ signal }): Promise<SessionView | null> => {
    try {
      return remember(await publicApi.get<SessionView>(path`/session`, { signal }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 0,
});
