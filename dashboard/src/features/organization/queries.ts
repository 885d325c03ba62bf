import { infiniteQueryOptions } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { AuditPage } from "@/api/contract";

/** Who changed what in an organization, newest first; for admins. */
export const historyQuery = (organizationId: string) =>
  infiniteQueryOptions({
    queryKey: ["organization", organizationId, "audit"],
    queryFn: ({ signal, pageParam }) =>
      api.get<AuditPage>(path`/organizations/${organizationId}/audit`, {
        query: { after: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // It stands below all else: the page is of use without it.
    throwOnError: false,
  });
