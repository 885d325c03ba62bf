import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import { api, path } from "./client";
import type { FirstSteps, ProjectView } from "./contract";

/** A project. */
export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId],
    queryFn: ({ signal }) => api.get<ProjectView>(path`/projects/${projectId}`, { signal }),
  });

/** How far the setup of a project has got. */
export const firstStepsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "first-steps"],
    queryFn: ({ signal }) => api.get<FirstSteps>(path`/projects/${projectId}/first-steps`, { signal }),
  });

/** The project's id in the URL; only on pages of a project. */
export function useProjectId(): string {
  const { projectId } = useParams({ strict: false });
  if (projectId === undefined) throw new Error("not on a page of a project");
  return projectId;
}

/** The project of the page, with the role one has in it. Loaded before the page is shown. */
export function useProject(): ProjectView {
  return useSuspenseQuery(projectQuery(useProjectId())).data;
}
