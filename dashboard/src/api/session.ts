import { queryOptions, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, path, publicApi, setCsrfToken } from "./client";
import type { OrganizationView, ProjectRef, Role, SessionView, Status } from "./contract";

/** Who is signed in, and what they may see. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => remember(await publicApi.get<SessionView>(path`/session`, { signal })),
  staleTime: 60_000,
});

/** What the instance says to anybody. */
export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => publicApi.get<Status>(path`/status`, { signal }),
  staleTime: 60_000,
});

/** Keeps the CSRF token of a session that begins. */
export function remember(session: SessionView): SessionView {
  setCsrfToken(session.csrf_token);
  return session;
}

/** The session of the page; only below routes that ask for one. */
export function useSession(): SessionView {
  return useSuspenseQuery(sessionQuery).data;
}

/** Asks for the session anew, after organizations, projects or names changed. */
export function useRefreshSession(): () => Promise<void> {
  const queryClient = useQueryClient();
  return useMemo(
    () => () => queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    [queryClient],
  );
}

/** Ends the session here. */
export function signOut(): Promise<unknown> {
  return api.delete(path`/session`);
}

const ranks: Record<Role, number> = { member: 0, admin: 1, owner: 2 };

/** True when `role` may do what `least` may. */
export function allows(role: Role, least: Role): boolean {
  return ranks[role] >= ranks[least];
}

/** The organization with this id, if one is a member of it. */
export function findOrganization(session: SessionView, id: string): OrganizationView | undefined {
  return session.organizations.find((organization) => organization.id === id);
}

/** The project with this id, and its organization. */
export function findProject(
  session: SessionView,
  id: string,
): { organization: OrganizationView; project: ProjectRef } | undefined {
  for (const organization of session.organizations) {
    const project = organization.projects.find((candidate) => candidate.id === id);
    if (project) return { organization, project };
  }
  return undefined;
}
