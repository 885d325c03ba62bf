// Messages in every format that is known, as they were stored.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const corpus = resolve(
  import.meta.dirname,
  "../../../crates/formats/tests/corpus",
);

/** Holds every kind of approval that the runtimes write and the AI SDK v6 has no place for. */
export const REFUSED_BY_SDK_V6 = "approvals-that-came-to-nothing.json";

/** The contents that were stored in a format, by name: those made for it, and those that the runtimes wrote. */
export function stored(format) {
  const contents = [...made(format), ...written(format)];
  assert.ok(contents.length > 1, format);
  return contents;
}

/** What was made by hand, to hold what runtimes write rarely. */
const made = (format) => jsonFiles(join(corpus, format.replace("/", "-")));

/** What the lives of the browser tests left behind. */
const written = (format) =>
  jsonFiles(corpus).flatMap(({ name, content: rows }) =>
    rows
      .filter((row) => row.format === format)
      .map(({ content }, at) => ({ name: `${name} ${at}`, content })),
  );

function jsonFiles(folder) {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.map((name) => ({
    name,
    content: JSON.parse(readFileSync(join(folder, name), "utf8")),
  }));
}
