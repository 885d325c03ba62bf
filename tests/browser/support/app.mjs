// A web app on an origin of its own: a page with the newest published client, bundled as apps bundle it,
// a session endpoint that hands out the identity provider's token, and a chat route that wants to know who
// is asking.

import { resolve } from "node:path";
import { build } from "esbuild";
import {
  answerJson,
  serveLocally,
} from "../../clients/support/local-server.mjs";
import { newest } from "../../clients/support/versions.mjs";

const suite = resolve(import.meta.dirname, "..");
const clients = resolve(suite, "../clients/node_modules");

const script = await bundle();

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [resolve(suite, "page/main.mjs")],
    alias: {
      "assistant-cloud": resolve(clients, `cloud-${newest.name}`),
    },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

export class App {
  #backend;
  #server;

  /** `nextToken` asks the identity provider for a token, `caller` tells whom a header speaks for. */
  constructor(backend) {
    this.#backend = backend;
  }

  async start() {
    this.#server = await serveLocally(() => (request, response) => {
      const route = routes[request.url] ?? routes["/"];
      route(response, this.#backend, request);
    });
    /** The page, and the origin of all it does. */
    this.url = this.#server.url;
  }

  async stop() {
    await this.#server?.stop();
  }

  /** How many tokens its pages have asked for. */
  get tokensAsked() {
    return this.#server.asked.filter((path) => path === "/token").length;
  }
}

const routes = {
  "/": (response) => send(response, "text/html", page),
  "/main.js": (response) => send(response, "text/javascript", script),
  "/token": async (response, { nextToken }) =>
    answerJson(response, { token: await nextToken() }),
  "/chat": async (response, { caller }, { headers }) =>
    answerJson(response, await caller(headers.authorization)),
};

const page = `<!doctype html><title>Shop</title><script type="module" src="/main.js"></script>`;

function send(response, type, text) {
  response.setHeader("Content-Type", `${type}; charset=utf-8`);
  response.end(text);
}
