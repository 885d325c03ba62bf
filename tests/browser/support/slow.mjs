// A slow way to a server: every request waits before it is passed on.

import { request as ask } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { serveLocally } from "../../clients/support/local-server.mjs";

/** Serves what is at `origin`, each request later by `delay` milliseconds. */
export function serveSlowly(origin, delay) {
  const { hostname, port } = new URL(origin);
  return serveLocally(() => async (request, response) => {
    await pause(delay);
    const { method, url: path, headers } = request;
    const passed = ask({ hostname, port, method, path, headers });
    passed.on("response", (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", (error) => response.destroy(error));
    request.pipe(passed);
  });
}
