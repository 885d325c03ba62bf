// Every page of the dashboard, by a name and the path to it.

/** Those that need nobody signed in. */
export const publicPages = {
  "sign-in": "/sign-in",
  "sign-in-refused": "/sign-in?problem=sso_unknown",
  setup: "/setup",
  reset: "/reset#secret",
  "invitation-invalid": "/invitation#secret",
};

/** The steps from the setup to the first thread. */
export const steps = [
  "name",
  "sign-in",
  "facts?preset=clerk",
  "facts?preset=nonsense",
  "backend",
  "test?preset=clerk",
  "connect?preset=clerk",
  "connect?preset=backend",
  "connect?preset=anonymous",
];

/** All others; `there` has the ids of things that exist. */
export function pagesOf({
  project,
  organization,
  thread,
  user,
  workspace,
  rule,
}) {
  const inProject = `/projects/${project}`;
  const part = encodeURIComponent;
  return {
    overview: inProject,
    threads: `${inProject}/threads`,
    "threads-found": `${inProject}/threads?search=zeppelin&archived=false`,
    "threads-nothing": `${inProject}/threads?search=nowhere`,
    thread: `${inProject}/threads/${thread}`,
    "thread-raw": `${inProject}/threads/${thread}?view=raw`,
    users: `${inProject}/users`,
    user: `${inProject}/users/${part(user)}`,
    workspaces: `${inProject}/workspaces`,
    workspace: `${inProject}/workspaces/${part(workspace)}`,
    playground: `${inProject}/playground`,
    access: `${inProject}/access`,
    "rule-new": `${inProject}/access/new`,
    "rule-new-clerk": `${inProject}/access/new?preset=clerk`,
    "rule-new-custom": `${inProject}/access/new?preset=custom`,
    "rule-edit": `${inProject}/access/rules/${rule}`,
    "token-tester": `${inProject}/access/test`,
    "api-keys": `${inProject}/api-keys`,
    "api-keys-create": `${inProject}/api-keys?create=true`,
    "signing-keys": `${inProject}/signing-keys`,
    audit: `${inProject}/audit`,
    settings: `${inProject}/settings`,
    members: `/organizations/${organization}/members`,
    organization: `/organizations/${organization}/settings`,
    instance: "/instance",
    account: "/account",
    guide: "/guides/auth/better-auth",
    missing: "/nowhere",
    "missing-project": "/projects/proj_000000000000",
  };
}

/** Waits until a page has nothing more to load, and nothing on it moves or changes its color. */
export async function settled(page) {
  await page.getByRole("heading").first().waitFor();
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(
    () =>
      new Promise((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(resolve)),
      ),
  );
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState, effect }) => {
      const isEndless = effect?.getComputedTiming().endTime === Infinity;
      return isEndless || playState !== "running";
    }),
  );
}
