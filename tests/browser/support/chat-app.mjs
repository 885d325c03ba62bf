// The chat app on an origin of its own: its pages, its session, its model. Bundled once per generation of the
// packages, with what that generation installs.

import { resolve } from "node:path";
import { build } from "esbuild";
import {
  answerJson,
  serveLocally,
} from "../../clients/support/local-server.mjs";
import { Graph } from "./graph.mjs";
import { Model } from "./model.mjs";
import { wires } from "./wires.mjs";

const apps = resolve(import.meta.dirname, "../apps");

const bundles = new Map();

/** The script of an app on this generation: `react-0.15`. */
function scriptOf(generation) {
  if (!bundles.has(generation)) bundles.set(generation, bundle(generation));
  return bundles.get(generation);
}

async function bundle(generation) {
  const { outputFiles } = await build({
    entryPoints: [resolve(apps, "chat/main.mjs")],
    nodePaths: [resolve(apps, generation, "node_modules")],
    define: { "process.env.NODE_ENV": '"production"' },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

export class ChatApp {
  #mint;
  #server;
  #graph;

  /** `mint` gives a token of our server for a person who is signed in to the app. */
  constructor(mint) {
    this.#mint = mint;
    this.model = new Model();
    this.#graph = new Graph(this.model);
  }

  async start() {
    this.#server = await serveLocally(() => (request, response) => {
      this.#answer(request, response).catch((error) => {
        response.destroy(error);
      });
    });
    /** The page, and the origin of all it does. */
    this.url = this.#server.url;
  }

  async stop() {
    await this.#server?.stop();
  }

  /** The address of the app with this runtime, of this generation, against the API at `api`. */
  pageOf({ generation, runtime }, api) {
    const query = new URLSearchParams({ generation, runtime, api });
    return `${this.url}/?${query}`;
  }

  /** The cookie that signs a person in. */
  sessionOf(person) {
    const value = encodeURIComponent(JSON.stringify(person));
    return { name: "session", value, url: this.url };
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url);
    const person = personOf(request);
    if (pathname === "/session") return answerSession(person, response);
    if (pathname === "/token") {
      return answerJson(response, { token: await this.#mint(person) });
    }
    if (pathname === "/favicon.ico") return response.end();
    if (pathname.startsWith("/langgraph/")) {
      const body = await bodyOf(request);
      return this.#graph.answer(request.method, request.url, body, response);
    }
    if (wires[pathname]) {
      return this.#reply(wires[pathname], await bodyOf(request), response);
    }
    if (pathname.endsWith(".js")) {
      const [, generation] = pathname.match(/^\/(react-[\d.]+)\.js$/);
      response.setHeader("Content-Type", "text/javascript; charset=utf-8");
      return response.end(await scriptOf(generation));
    }
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    return response.end(pageWith(`/${searchParams.get("generation")}.js`));
  }

  async #reply({ headers, encode }, body, response) {
    response.writeHead(200, headers);
    for await (const text of encode(this.model.reply(), body)) {
      response.write(text);
    }
    response.end();
  }
}

const pageWith = (script) =>
  `<!doctype html><title>Chat</title><body><script type="module" src="${script}"></script>`;

function personOf({ headers: { cookie = "" } }) {
  const [, value] = cookie.match(/session=([^;]+)/) ?? [];
  return value && JSON.parse(decodeURIComponent(value));
}

function answerSession(person, response) {
  response.statusCode = person ? 200 : 204;
  response.end();
}

async function bodyOf(request) {
  const chunks = await request.toArray();
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : JSON.parse(text);
}
