// What the dashboard shows operators to copy: every file of every provider and platform.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "smol-toml";
import ts from "typescript";

import { root } from "./documents.mjs";

/** The module that makes the snippets. It imports nothing, so that it can be run as it is. */
export const snippets = await load("dashboard/src/providers/snippets.ts");

async function load(path) {
  const options = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
  };
  const { outputText } = ts.transpileModule(
    readFileSync(join(root, path), "utf8"),
    {
      compilerOptions: options,
    },
  );
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

/** The ids of all presets of the program. */
export const presetIds = parse(
  readFileSync(join(root, "src/auth/presets/presets.toml"), "utf8"),
).preset.map(({ id }) => id);

export const baseUrl = "https://keep.example.com/proj-…";

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
