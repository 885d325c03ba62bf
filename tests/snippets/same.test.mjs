// The guides and the README show what the dashboard shows: there is one text of each snippet.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  baseUrl,
  presetIds,
  snippets,
  stytchForConsumers,
} from "./support/dashboard.mjs";
import { blocks } from "./support/documents.mjs";

const publicUrl = "https://keep.example.com";

function blockOf(document, file, app) {
  const found = blocks.filter(
    (block) =>
      block.document === document &&
      block.attributes.file === file &&
      block.attributes.app === app,
  );
  assert.equal(
    found.length,
    1,
    `${document} has ${found.length} blocks of ${file}`,
  );
  return found[0].code;
}

function snippetOf(source, platform, caption, base = baseUrl) {
  return snippets
    .snippetFiles(source, platform, base)
    .find((file) => file.caption === caption).code;
}

const guides = {
  "docs/auth/your-own-backend.md": { kind: "backend" },
  ...Object.fromEntries(
    [
      "clerk",
      "auth0",
      "supabase",
      "firebase",
      "stytch",
      "kinde",
      "better-auth",
      "oidc",
    ].map((preset) => {
      assert.ok(presetIds.includes(preset));
      return [`docs/auth/${preset}.md`, { kind: "preset", preset }];
    }),
  ),
};
for (const [document, source] of Object.entries(guides)) {
  test(`the client of ${document}`, () => {
    assert.equal(
      blockOf(document, "use-cloud.ts"),
      snippetOf(source, "react", "use-cloud.ts"),
    );
  });
}

const sections = blocks
  .filter(({ document, attributes: { file, app } }) => {
    return document === "docs/auth/oidc.md" && file === "use-cloud.ts" && app;
  })
  .map(({ attributes }) => attributes.app);
for (const preset of sections) {
  test(`the client of the section for ${preset}`, () => {
    assert.ok(presetIds.includes(preset));
    assert.equal(
      blockOf("docs/auth/oidc.md", "use-cloud.ts", preset),
      snippetOf({ kind: "preset", preset }, "react", "use-cloud.ts"),
    );
  });
}
test("as many sections as there are", () => assert.equal(sections.length, 10));

test("the client for the consumers of Stytch", () => {
  assert.equal(
    blockOf("docs/auth/stytch.md", "use-cloud.ts", "consumer"),
    snippetOf(stytchForConsumers, "react", "use-cloud.ts"),
  );
});

test("the plugins of Better Auth, with and without organizations", () => {
  for (const [app, workspace] of [
    [undefined, null],
    ["organizations", "activeOrganizationId"],
  ]) {
    const source = { kind: "preset", preset: "better-auth", workspace };
    assert.equal(
      blockOf("docs/auth/better-auth.md", "auth-client.ts", app),
      snippetOf(source, "react", "auth-client.ts"),
    );
  }
});

const route = "app/api/assistant-token/route.ts";

test("the route that mints", () => {
  const { code } = snippets
    .backendFiles(publicUrl, "")
    .find(({ caption }) => caption === route);
  assert.equal(blockOf("docs/auth/your-own-backend.md", route), code);
  assert.equal(blockOf("README.md", route, "backend"), code);
});

test("the app of the README", () => {
  const local = "http://localhost:4100";
  const shown = (source, file) =>
    snippetOf(source, "next", file, local).replace(
      "process.env.NEXT_PUBLIC_THREADKEEP_URL!",
      `"${local}"`,
    );
  const visitors = { kind: "anonymous" };
  for (const file of ["app/use-cloud.ts", "app/chat.tsx", "app/page.tsx"]) {
    assert.equal(blockOf("README.md", file), shown(visitors, file));
  }
  const clerk = { kind: "preset", preset: "clerk" };
  assert.equal(
    blockOf("README.md", "app/use-cloud.ts", "clerk"),
    shown(clerk, "app/use-cloud.ts"),
  );
  const backend = { kind: "backend" };
  assert.equal(
    blockOf("README.md", "app/use-cloud.ts", "backend"),
    shown(backend, "app/use-cloud.ts"),
  );
});
