// What the clients asked for and whether they got it, for the table of compatibility. Written down where the
// request leaves the client, so that it is what went over the wire.

import { appendFileSync } from "node:fs";

const file = process.env.THREADKEEP_TEST_RECORD;

/** Every route that some client has, in the order of the table. */
export const routes = [
  "GET /v1/threads",
  "POST /v1/threads",
  "GET /v1/threads/{thread}",
  "PUT /v1/threads/{thread}",
  "DELETE /v1/threads/{thread}",
  "POST /v1/threads/claim",
  "GET /v1/threads/{thread}/messages",
  "POST /v1/threads/{thread}/messages",
  "PUT /v1/threads/{thread}/messages/{message}",
  "DELETE /v1/threads/{thread}/messages",
  "POST /v1/threads/{thread}/messages/{message}/feedback",
  "POST /v1/threads/{thread}/runs/{lease}/heartbeat",
  "POST /v1/threads/{thread}/runs/{lease}/end",
  "GET /v1/projects/threads",
  "GET /v1/projects/threads/{thread}/messages",
  "POST /v1/auth/tokens",
  "POST /v1/auth/tokens/anonymous",
  "POST /v1/auth/tokens/refresh",
  "POST /v1/runs/stream",
  "POST /v1/runs",
  "POST /v1/events",
  "POST /v1/scores",
  "POST /v1/traces",
  "POST /v1/files/attachments/generate-presigned-upload-url",
  "POST /v1/files/attachments/generate-presigned-download-url",
  "POST /v1/files/pdf-to-images",
];

const patterns = routes.map((route) => {
  const [method, path] = route.split(" ");
  const pattern = path.replaceAll(/\{\w+\}/g, "[^/]+");
  // Paths without a place for an id come first: `claim` is no thread.
  const order = path.split("{").length;
  return {
    route,
    method,
    order,
    pattern: new RegExp(`/+${pattern.slice(1)}$`),
  };
});
patterns.sort((a, b) => a.order - b.order);

/** The engine of each server, by its origin. */
const enginesByOrigin = new Map();

export const serving = (url, engine) =>
  enginesByOrigin.set(new URL(url).origin, engine);

/** Notes an answer, if this is wanted and the request was one to a server of the tests. */
export function record(client, method, url, status) {
  if (!file || !client) return;
  const { origin, pathname } = new URL(url);
  const engine = enginesByOrigin.get(origin);
  const route = patterns.find(
    (known) => known.method === method && known.pattern.test(pathname),
  )?.route;
  if (!engine || !route) return;
  const outcome = status < 400 ? "answered" : "refused";
  appendFileSync(
    file,
    `${JSON.stringify({ client, route, engine, outcome })}\n`,
  );
}
