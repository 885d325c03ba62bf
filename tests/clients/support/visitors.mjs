// What the tests of anonymous visitors share.

import { append, openThread, says } from "./conversations.mjs";

/** Where a version keeps its refresh token: one for each base only from 0.1.41 on. */
export const tokenName = (version, baseUrl) =>
  version.since("0.1.41")
    ? `aui:refresh_token:${baseUrl}`
    : "aui:refresh_token";

export const storedToken = (browser, version, baseUrl) =>
  JSON.parse(browser.storage.getItem(tokenName(version, baseUrl))).token;

/** Begins a thread with one message, as a visitor's first question does. */
export async function ask(cloud, fields) {
  const thread = await openThread(cloud, fields);
  await append(cloud, thread, null, says("user", "Hi"));
  return thread;
}

/** The visitor's id, which is also the id of their workspace; they need a thread to have shown it. */
export async function identityOf(cloud) {
  const { threads } = await cloud.threads.list();
  return threads[0].workspace_id;
}

/** The visitor who holds this refresh token, named as an API key names users. */
export async function visitorBehind(server, refresh_token) {
  const { body } = await server.ask("POST", "/auth/tokens/refresh", {
    body: { refresh_token },
  });
  const [, claims] = body.access_token.split(".");
  const { sub, workspace_id } = JSON.parse(
    Buffer.from(claims, "base64url").toString(),
  );
  return { userId: sub, workspaceId: workspace_id };
}
