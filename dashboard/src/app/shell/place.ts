import { useParams } from "@tanstack/react-router";

import { lastProjectId } from "@/app/preferences";
import type { OrganizationView, ProjectRef } from "@/api/contract";
import { findOrganization, findProject, useSession } from "@/api/session";

/** Where in the instance the page is: on pages of no project, the project that was open last. */
export function usePlace(): {
  organization: OrganizationView | undefined;
  project: ProjectRef | undefined;
} {
  const session = useSession();
  const { projectId, organizationId } = useParams({ strict: false });
  const open = findProject(session, projectId ?? lastProjectId() ?? "");
  const named = organizationId === undefined ? undefined : findOrganization(session, organizationId);
  const organization = named ?? open?.organization ?? session.organizations[0];
  const projects = organization?.projects ?? [];
  const project = open?.organization === organization ? open?.project : projects[0];
  return { organization, project };
}
