import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { ProjectIcon } from "./project-icon";
import { findProject, useSession } from "@/api/session";

/** In narrow windows, where the sidebar is not: which project the page is of, leading to its overview. */
export function OpenProject({ otherwise }: { otherwise: ReactNode }) {
  const { projectId } = useParams({ strict: false });
  const session = useSession();
  const project = projectId === undefined ? undefined : findProject(session, projectId)?.project;
  if (!project) return otherwise;
  return (
    <Link
      to="/projects/$projectId"
      params={{ projectId: project.id }}
      className="flex min-h-8 min-w-0 items-center gap-2 rounded-md px-1 font-semibold tracking-tight"
    >
      <ProjectIcon name={project.name} />
      <span className="truncate">{project.name}</span>
    </Link>
  );
}
