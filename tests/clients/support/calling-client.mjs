// Which client asks: the requests of older builds do not say so themselves.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** The build whose code is being run, by the folder it is installed in; undefined when it is none. */
export function callingClient() {
  const found = new Error().stack.match(
    /node_modules\/(cloud-[\d.]+|assistant-cloud)\//,
  );
  return found && nameOf(found[1]);
}

const names = new Map();

function nameOf(folder) {
  if (!names.has(folder)) {
    const path = `../node_modules/${folder}/package.json`;
    const manifest = readFileSync(resolve(import.meta.dirname, path), "utf8");
    names.set(folder, `assistant-cloud ${JSON.parse(manifest).version}`);
  }
  return names.get(folder);
}
