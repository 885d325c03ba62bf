import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, notFound, Outlet, redirect } from "@tanstack/react-router";

import { lastProjectId } from "./preferences";
import { requireSession } from "./require-session";
import { LostPage } from "./route-error";
import { projectQuery } from "@/api/projects";
import { fromSegment, toSegment } from "@/api/segment";
import { findProject, sessionQuery } from "@/api/session";
import { validateApiKeysSearch } from "@/features/api-keys/search";
import { validateAuditSearch } from "@/features/audit/search";
import { validateAccessSearch } from "@/features/access/search";
import { validateOnboardingSearch } from "@/features/onboarding/search";
import { validatePlaygroundSearch } from "@/features/playground/search";
import { validateSignInSearch } from "@/features/sign-in/search";
import { validateThreadSearch, validateThreadsSearch } from "@/features/threads/search";
import { validateUsersSearch } from "@/features/users/search";
import { validateWorkspacesSearch } from "@/features/workspaces/search";
import { lazyPage } from "@/routing/lazy";

interface RouterContext {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet, notFoundComponent: LostPage });

/** Has the project at hand before any of its pages is shown. */
function loadProject(route: { context: RouterContext; params: { projectId: string } }) {
  return route.context.queryClient.query({
    ...projectQuery(route.params.projectId),
    staleTime: "static",
  });
}

// ------------------------------------------------------------------ for everybody

const signIn = createRoute({
  getParentRoute: () => root,
  path: "sign-in",
  validateSearch: validateSignInSearch,
  component: lazyPage(() => import("@/features/sign-in/sign-in-page"), "SignInPage"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "setup",
  component: lazyPage(() => import("@/features/setup/setup-page"), "SetupPage"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "reset",
  component: lazyPage(() => import("@/features/reset/reset-page"), "ResetPage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "invitation",
  component: lazyPage(() => import("@/features/invitation/invitation-page"), "InvitationPage"),
});

// ------------------------------------------------------------------ signed in, without the sidebar

const focused = createRoute({
  getParentRoute: () => root,
  id: "focused",
  beforeLoad: requireSession,
});

const onboarding = createRoute({
  getParentRoute: () => focused,
  path: "projects/$projectId/onboarding/$step",
  validateSearch: validateOnboardingSearch,
  loader: (route) => loadProject(route),
  component: lazyPage(() => import("@/features/onboarding/onboarding-page"), "OnboardingPage"),
});

// ------------------------------------------------------------------ signed in

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: requireSession,
  component: lazyPage(() => import("./shell/shell"), "Shell"),
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: async ({ context }) => {
    const session = await context.queryClient.query({
      ...sessionQuery,
      staleTime: "static",
    });
    const last = lastProjectId();
    const known = last === null ? undefined : findProject(session, last)?.project;
    const all = session.organizations.flatMap((organization) => organization.projects);
    const project = known ?? all.find((candidate) => candidate.deleted_at === null) ?? all[0];
    if (project)
      throw redirect({
        to: "/projects/$projectId",
        params: { projectId: project.id },
        replace: true,
      });
  },
  component: lazyPage(() => import("./shell/no-projects"), "NoProjects"),
});

const guides = createRoute({
  getParentRoute: () => shell,
  path: "guides/$",
  loader: async ({ params }) => {
    const { loadGuide } = await import("@/features/guides/library");
    const guide = await loadGuide(params._splat ?? "");
    if (guide === undefined) throw notFound();
    return guide;
  },
  component: lazyPage(() => import("@/features/guides/guide-page"), "GuidePage"),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "account",
  component: lazyPage(() => import("@/features/account/account-page"), "AccountPage"),
});

const instance = createRoute({
  getParentRoute: () => shell,
  path: "instance",
  component: lazyPage(() => import("@/features/instance/instance-page"), "InstancePage"),
});

// The beginning of the two below, and what somebody makes of their URLs.
const organization = createRoute({
  getParentRoute: () => shell,
  path: "organizations/$organizationId",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/organizations/$organizationId/settings", params, replace: true });
  },
});

const members = createRoute({
  getParentRoute: () => shell,
  path: "organizations/$organizationId/members",
  component: lazyPage(() => import("@/features/members/members-page"), "MembersPage"),
});

const organizationSettings = createRoute({
  getParentRoute: () => shell,
  path: "organizations/$organizationId/settings",
  component: lazyPage(() => import("@/features/organization/organization-page"), "OrganizationPage"),
});

// ------------------------------------------------------------------ a project

const project = createRoute({
  getParentRoute: () => shell,
  path: "projects/$projectId",
  loader: (route) => loadProject(route),
  component: lazyPage(() => import("./shell/project-frame"), "ProjectFrame"),
});

const overview = createRoute({
  getParentRoute: () => project,
  path: "/",
  component: lazyPage(() => import("@/features/overview/overview-page"), "OverviewPage"),
});

const threads = createRoute({
  getParentRoute: () => project,
  path: "threads",
  validateSearch: validateThreadsSearch,
  component: lazyPage(() => import("@/features/threads/threads-page"), "ThreadsPage"),
});

const thread = createRoute({
  getParentRoute: () => project,
  path: "threads/$threadId",
  validateSearch: validateThreadSearch,
  component: lazyPage(() => import("@/features/threads/thread-page"), "ThreadPage"),
});

const users = createRoute({
  getParentRoute: () => project,
  path: "users",
  validateSearch: validateUsersSearch,
  component: lazyPage(() => import("@/features/users/users-page"), "UsersPage"),
});

const user = createRoute({
  getParentRoute: () => project,
  path: "users/$userId",
  params: {
    parse: ({ userId }) => ({ userId: fromSegment(userId) }),
    stringify: ({ userId }) => ({ userId: toSegment(userId) }),
  },
  component: lazyPage(() => import("@/features/users/user-page"), "UserPage"),
});

const workspaces = createRoute({
  getParentRoute: () => project,
  path: "workspaces",
  validateSearch: validateWorkspacesSearch,
  component: lazyPage(() => import("@/features/workspaces/workspaces-page"), "WorkspacesPage"),
});

const workspace = createRoute({
  getParentRoute: () => project,
  path: "workspaces/$workspaceId",
  params: {
    parse: ({ workspaceId }) => ({ workspaceId: fromSegment(workspaceId) }),
    stringify: ({ workspaceId }) => ({ workspaceId: toSegment(workspaceId) }),
  },
  component: lazyPage(() => import("@/features/workspaces/workspace-page"), "WorkspacePage"),
});

const playground = createRoute({
  getParentRoute: () => project,
  path: "playground",
  validateSearch: validatePlaygroundSearch,
  component: lazyPage(() => import("@/features/playground/playground-page"), "PlaygroundPage"),
});

const access = createRoute({
  getParentRoute: () => project,
  path: "access",
  component: lazyPage(() => import("@/features/access/access-page"), "AccessPage"),
});

const newRule = createRoute({
  getParentRoute: () => project,
  path: "access/new",
  validateSearch: validateAccessSearch,
  component: lazyPage(() => import("@/features/access/new-rule-page"), "NewRulePage"),
});

const editRule = createRoute({
  getParentRoute: () => project,
  path: "access/rules/$ruleId",
  component: lazyPage(() => import("@/features/access/edit-rule-page"), "EditRulePage"),
});

const tokenTester = createRoute({
  getParentRoute: () => project,
  path: "access/test",
  component: lazyPage(() => import("@/features/access/token-tester-page"), "TokenTesterPage"),
});

const apiKeys = createRoute({
  getParentRoute: () => project,
  path: "api-keys",
  validateSearch: validateApiKeysSearch,
  component: lazyPage(() => import("@/features/api-keys/api-keys-page"), "ApiKeysPage"),
});

const signingKeys = createRoute({
  getParentRoute: () => project,
  path: "signing-keys",
  component: lazyPage(() => import("@/features/signing-keys/signing-keys-page"), "SigningKeysPage"),
});

const audit = createRoute({
  getParentRoute: () => project,
  path: "audit",
  validateSearch: validateAuditSearch,
  component: lazyPage(() => import("@/features/audit/audit-page"), "AuditPage"),
});

const settings = createRoute({
  getParentRoute: () => project,
  path: "settings",
  component: lazyPage(() => import("@/features/settings/settings-page"), "SettingsPage"),
});

export const routeTree = root.addChildren([
  signIn,
  setup,
  reset,
  invitation,
  focused.addChildren([onboarding]),
  shell.addChildren([
    home,
    account,
    guides,
    instance,
    organization,
    members,
    organizationSettings,
    project.addChildren([
      overview,
      threads,
      thread,
      users,
      user,
      workspaces,
      workspace,
      playground,
      access,
      newRule,
      editRule,
      tokenTester,
      apiKeys,
      signingKeys,
      audit,
      settings,
    ]),
  ]),
]);
