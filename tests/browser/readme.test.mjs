// The app of the README, as it stands there: what is written in it is there again after a reload.

import assert from "node:assert/strict";
import { dirname, join, resolve } from "node:path";
import { after, before, it } from "node:test";
import { build } from "esbuild";
import { serveLocally } from "../clients/support/local-server.mjs";
import { onEveryEngine } from "../clients/support/suite.mjs";
import { blocks } from "../snippets/support/documents.mjs";
import { Browser } from "./support/browser.mjs";

const WAIT_MS = 30_000;

/** The files of the README's first app, by their paths in it. */
const files = new Map(
  blocks
    .filter(({ document, attributes }) => {
      const { file, app } = attributes;
      return document === "README.md" && file && app === undefined;
    })
    .map(({ attributes, code }) => [attributes.file, code]),
);

const entry = `import { createElement } from "react";
import { createRoot } from "react-dom/client";
import Page from "./app/page.tsx";

createRoot(document.getElementById("app")).render(createElement(Page));`;

/** Bundles the app as it is, but for the address of the server. */
async function bundle(baseUrl) {
  const clients = resolve(import.meta.dirname, "../clients");
  const readme = {
    name: "readme",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path, importer, namespace }) => {
        const isOwn = namespace === "readme" || importer === "<stdin>";
        if (!isOwn) return undefined;
        const name = join(
          namespace === "readme" ? dirname(importer) : "",
          path,
        );
        const ending = ["", ".ts", ".tsx"].find((end) => files.has(name + end));
        return { path: name + ending, namespace: "readme" };
      });
      onLoad({ filter: /.*/, namespace: "readme" }, ({ path }) => ({
        contents: files.get(path).replace("http://localhost:4100", baseUrl),
        loader: path.endsWith("x") ? "tsx" : "ts",
        resolveDir: clients,
      }));
    },
  };
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: clients, loader: "js" },
    plugins: [readme],
    bundle: true,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

const browser = new Browser();
before(() => browser.start());
after(() => browser.stop());

onEveryEngine((server) => {
  let app;
  before(async () => {
    const script = await bundle(server.url);
    app = await serveLocally(() => ({ url }, response) => {
      const isScript = url === "/app.js";
      const type = isScript ? "text/javascript" : "text/html";
      response.setHeader("Content-Type", `${type}; charset=utf-8`);
      response.end(isScript ? script : page);
    });
  });
  after(() => app?.stop());

  it("a conversation is there again after a reload", async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(WAIT_MS);
    try {
      const page = await context.newPage();
      await page.goto(app.url);
      await page.getByPlaceholder("Write a message").fill("Is it raining?");
      // The reply has a place from its beginning, and what it says comes into it.
      const stored = page.waitForResponse(
        (response) =>
          /\/messages(\/|$)/.test(response.url()) &&
          (response.request().postData() ?? "").includes("You said"),
      );
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText("You said: Is it raining?").waitFor();
      assert.ok((await stored).ok());

      await page.reload();
      // Whatever its title has become.
      const thread = { name: /^(?!New chat$|Send$)/ };
      await page.getByRole("button", thread).click();
      await page.getByText("You said: Is it raining?").waitFor();
    } finally {
      await context.close();
    }
  });
});

const page = `<!doctype html><title>Chat</title><div id="app"></div>
<script type="module" src="/app.js"></script>`;
