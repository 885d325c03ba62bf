// Asks npm whether there is a client that the tests do not know: `make clients`. Needs the network, and fails
// when somebody publishes, so no test run does this.

import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";

const watched = [
  "assistant-cloud",
  "@assistant-ui/react",
  "@assistant-ui/core",
  "@assistant-ui/ai-sdk",
  "@assistant-ui/react-ai-sdk",
  "@assistant-ui/cloud-ai-sdk",
  "@assistant-ui/react-data-stream",
  "@assistant-ui/react-langgraph",
  "@assistant-ui/react-ag-ui",
];

const apps = resolve(import.meta.dirname, "../browser/apps");

/** Every version of every package that a lockfile of the tests installs. */
async function known() {
  const generations = await readdir(apps, { withFileTypes: true });
  const folders = generations
    .filter((entry) => entry.isDirectory() && entry.name.startsWith("react-"))
    .map(({ name }) => resolve(apps, name));
  const found = new Set();
  for (const folder of [import.meta.dirname, ...folders]) {
    const text = await readFile(resolve(folder, "package-lock.json"), "utf8");
    for (const [path, entry] of Object.entries(JSON.parse(text).packages)) {
      const name = entry.name ?? path.split("node_modules/").at(-1);
      found.add(`${name}@${entry.version}`);
    }
  }
  return found;
}

async function newestOf(name) {
  const view = ["view", name, "version", "--json"];
  const { stdout } = await promisify(execFile)("npm", view);
  return JSON.parse(stdout);
}

const tested = await known();
const newest = await Promise.all(
  watched.map(async (name) => `${name}@${await newestOf(name)}`),
);
const unknown = newest.filter((release) => !tested.has(release));
for (const release of newest) {
  console.log(`${tested.has(release) ? "tested " : "UNKNOWN"} ${release}`);
}
process.exitCode = unknown.length > 0 ? 1 : 0;
