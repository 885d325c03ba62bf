import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { AuditSearch } from "./search";
import { api, path } from "@/api/client";
import type { AuditPage } from "@/api/contract";
import { dayAfter, startOfDay } from "@/routing/days";
import { cursorOf } from "@/ui/pager";

/** A page of a project's audit log, newest first. */
export const auditQuery = (projectId: string, search: AuditSearch) =>
  queryOptions({
    queryKey: ["project", projectId, "audit", search],
    queryFn: ({ signal }) =>
      api.get<AuditPage>(path`/projects/${projectId}/audit`, {
        query: {
          resource_type: search.resource_type,
          actor_type: search.actor_type,
          actor_id: search.actor_id,
          from: search.from && startOfDay(search.from),
          // The last day counts whole.
          to: search.to && dayAfter(search.to),
          after: cursorOf(search.pages),
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
