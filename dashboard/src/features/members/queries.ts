import { queryOptions } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { Members } from "@/api/contract";

/** The members of an organization, and the invitations that nobody has used yet. */
export const membersQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["organization", organizationId, "members"],
    queryFn: ({ signal }) =>
      api.get<Members>(path`/organizations/${organizationId}/members`, {
        signal,
      }),
  });
