// What the dashboard shows operators to copy: every file of every provider and platform.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { parse } from "smol-toml";
import ts from "typescript";

import { root } from "./documents.mjs";

/** The module that makes the snippets. It imports only what lies beside it, so that it can be run as it is. */
export const snippets = await import(
  moduleOf("dashboard/src/providers/snippets.ts")
);

/** A module as the address of its text, and so those that it imports. */
function moduleOf(path) {
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
  };
  const code = readFileSync(join(root, path), "utf8");
  const { outputText } = ts.transpileModule(code, { compilerOptions });
  let whole = outputText;
  for (const { fileName, pos, end } of importsOf(outputText)) {
    const other = moduleOf(join(dirname(path), `${fileName}.ts`));
    whole = `${whole.slice(0, pos)}${other}${whole.slice(end)}`;
  }
  return `data:text/javascript,${encodeURIComponent(whole)}`;
}

/** The last first, so that the places of the others stay. */
function importsOf(code) {
  return ts
    .preProcessFile(code)
    .importedFiles.map(({ fileName, pos }) => {
      const start = code.indexOf(fileName, pos);
      return { fileName, pos: start, end: start + fileName.length };
    })
    .reverse();
}

/** All presets of the program, as they are written down. */
export const presets = parse(
  readFileSync(join(root, "src/auth/presets/presets.toml"), "utf8"),
).preset;

export const presetIds = presets.map(({ id }) => id);

export const baseUrl = "https://keep.example.com/proj-…";

/** A rule of another kind than Stytch's usual one. */
export const stytchForConsumers = {
  kind: "preset",
  preset: "stytch",
  rule: {
    jwks_url: "https://api.stytch.com/v1/sessions/jwks/project-live-1",
    conditions: [],
  },
};

const sources = [
  { name: "visitors", source: { kind: "anonymous" } },
  { name: "backend", source: { kind: "backend" } },
  ...presetIds.map((preset) => ({
    name: preset,
    source: { kind: "preset", preset },
  })),
  {
    name: "better-auth with organizations",
    source: {
      kind: "preset",
      preset: "better-auth",
      workspace: "{activeOrganizationId}:{sub}",
    },
  },
  { name: "stytch for consumers", source: stytchForConsumers },
  {
    name: "cognito with access tokens",
    source: {
      kind: "preset",
      preset: "cognito",
      rule: { jwks_url: null, conditions: ["token_use = access"] },
    },
  },
];

/** One app for each source and platform, each with its files. */
export const apps = sources.flatMap(({ name, source }) =>
  ["react", "next", "fetch"].map((platform) => ({
    app: `dashboard ${name} ${platform}`,
    files: [
      ...snippets.snippetFiles(source, platform, baseUrl),
      ...(source.kind === "backend"
        ? snippets.backendFiles(
            "https://keep.example.com",
            "sk_aui_proj_example",
          )
        : []),
    ],
  })),
);
