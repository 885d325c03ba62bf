import { queryOptions } from "@tanstack/react-query";

import type { Target } from "./pages";
import { api, path } from "@/api/client";
import type { JumpResult } from "@/api/contract";
import { fill, text } from "@/text";

/** What the server finds: threads, users, workspaces, projects. */
export const jumpQuery = (query: string, projectId: string | undefined) =>
  queryOptions({
    queryKey: ["jump", query, projectId],
    queryFn: ({ signal }) =>
      api.get<{ results: JumpResult[] }>(path`/jump`, {
        query: { q: query, project_id: projectId },
        signal,
      }),
    enabled: query !== "",
    // The box goes on with the pages it knows itself.
    throwOnError: false,
  });

/** A result as something to jump to. */
export function targetOf(result: JumpResult): Target {
  const isProject = result.kind === "project";
  return {
    key: `${result.kind} ${result.project_id} ${result.id}`,
    group: text.palette.results,
    label: result.label,
    detail: isProject
      ? text.palette.kinds.project
      : `${text.palette.kinds[result.kind]} · ${fill(text.palette.inProject, { project: result.project_name })}`,
    link: linkOf(result),
  };
}

function linkOf({ kind, id, project_id: projectId }: JumpResult): Target["link"] {
  switch (kind) {
    case "project":
      return { to: "/projects/$projectId", params: { projectId: id } };
    case "thread":
      return {
        to: "/projects/$projectId/threads/$threadId",
        params: { projectId, threadId: id },
      };
    case "user":
      return {
        to: "/projects/$projectId/users/$userId",
        params: { projectId, userId: id },
      };
    case "workspace":
      return {
        to: "/projects/$projectId/workspaces/$workspaceId",
        params: { projectId, workspaceId: id },
      };
  }
}
