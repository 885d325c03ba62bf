import type { LinkProps } from "@tanstack/react-router";

import type { OrganizationView, ProjectRef, SessionView } from "@/api/contract";
import { text } from "@/text";

/** Something that can be jumped to. */
export interface Target {
  key: string;
  group: string;
  label: string;
  detail?: string | undefined;
  link: Pick<LinkProps, "to" | "params" | "search">;
}

interface Place {
  organization: OrganizationView | undefined;
  project: ProjectRef | undefined;
}

/** The pages and projects whose names have all words of the query. */
export function findTargets(query: string, session: SessionView, place: Place): Target[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return [...pagesOf(place, session), ...projectsOf(session)].filter((target) => {
    const name = `${target.label} ${target.detail ?? ""}`.toLowerCase();
    return words.every((word) => name.includes(word));
  });
}

function pagesOf({ organization, project }: Place, session: SessionView): Target[] {
  const pages: Target[] = [];
  const add = (label: string, link: Target["link"], detail?: string) =>
    pages.push({
      key: `page ${link.to ?? ""}`,
      group: text.palette.pages,
      label,
      detail,
      link,
    });
  if (project) {
    const params = { projectId: project.id };
    add(text.overview.title, { to: "/projects/$projectId", params }, project.name);
    add(text.threads.title, { to: "/projects/$projectId/threads", params }, project.name);
    add(text.users.title, { to: "/projects/$projectId/users", params }, project.name);
    add(text.workspaces.title, { to: "/projects/$projectId/workspaces", params }, project.name);
    add(text.playground.title, { to: "/projects/$projectId/playground", params }, project.name);
    add(text.access.title, { to: "/projects/$projectId/access", params }, project.name);
    add(text.access.newRule, { to: "/projects/$projectId/access/new", params }, project.name);
    add(text.access.tester, { to: "/projects/$projectId/access/test", params }, project.name);
    add(text.apiKeys.title, { to: "/projects/$projectId/api-keys", params }, project.name);
    add(text.signingKeys.title, { to: "/projects/$projectId/signing-keys", params }, project.name);
    if (organization && organization.role !== "member") {
      add(text.audit.title, { to: "/projects/$projectId/audit", params }, project.name);
    }
    add(text.settings.title, { to: "/projects/$projectId/settings", params }, project.name);
  }
  if (organization) {
    const params = { organizationId: organization.id };
    add(text.members.title, { to: "/organizations/$organizationId/members", params }, organization.name);
    add(
      text.organization.title,
      { to: "/organizations/$organizationId/settings", params },
      organization.name,
    );
  }
  if (session.is_instance_owner) add(text.instance.title, { to: "/instance" });
  add(text.account.title, { to: "/account" });
  return pages;
}

function projectsOf(session: SessionView): Target[] {
  return session.organizations.flatMap((organization) =>
    organization.projects.map((project) => ({
      key: `project ${project.id}`,
      group: text.palette.projects,
      label: project.name,
      detail: organization.name,
      link: { to: "/projects/$projectId", params: { projectId: project.id } },
    })),
  );
}
