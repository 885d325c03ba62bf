// A web server of the test's own on this machine: an issuer, or the app that a browser loads.

import { once } from "node:events";
import { createServer } from "node:http";

/**
 * Serves with the handler that `handlerAt(url)` makes. `asked` tells the paths that were asked for so far,
 * `stop` ends it.
 */
export async function serveLocally(handlerAt) {
  const asked = [];
  let handle;
  const server = createServer((request, response) => {
    asked.push(request.url);
    handle(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://localhost:${server.address().port}`;
  handle = await handlerAt(url);
  return { url, asked, stop: () => close(server) };
}

async function close(server) {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Answers a request with this value as JSON. */
export function answerJson(response, value) {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(value));
}
