// What is written for people: the documents of the repository.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { blocksOf } from "./blocks.mjs";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The paths of all documents from the root, with their text. */
export const documents = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md"],
  ...readdirSync(join(root, "docs"), { recursive: true })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name))
    .sort(),
].map((path) => ({ path, markdown: readFileSync(join(root, path), "utf8") }));

export const blocks = documents.flatMap(({ path, markdown }) =>
  blocksOf(path, markdown),
);
