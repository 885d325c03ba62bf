// The rows that the runtimes write, kept as examples for the tests of the formats: THREADKEEP_TEST_CORPUS names the
// folder to write them to.

import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";

const folder = process.env.THREADKEEP_TEST_CORPUS;

/** Writes what a runtime stored in one life, without what differs from one run to the next. */
export async function keepRows({ name, client }, answers) {
  if (!folder) return;
  const rows = answers
    .filter(({ method, path, status }) => isWrite(method, path) && status < 400)
    .map(({ body: { content } }) => ({ format: formatOf(content), content }))
    .map((row) => JSON.stringify(row, steady));
  if (rows.length === 0) return;
  const version = client.match(/ (\d[\d.]*) /)[1];
  const plainName = name.replaceAll(/[^\w]+/g, "-").replace(/-$/, "");
  const file = resolve(folder, `${plainName}-${version}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, `[\n${[...new Set(rows)].toSorted().join(",\n")}\n]\n`);
}

const isWrite = (method, path) =>
  (method === "POST" && path.endsWith("/messages")) ||
  (method === "PUT" && path.includes("/messages/"));

/** An update does not say its format. */
const formatOf = ({ parts }) => (Array.isArray(parts) ? "ai-sdk/v6" : "aui/v0");

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Ids of strangers and times, the same in every run. */
function steady(key, value) {
  if (typeof value === "number" && isTime(key)) return 1;
  if (typeof value !== "string") return value;
  if (key === "createdAt") return "2026-01-02T03:04:05.678Z";
  if (key === "messageId") return "message_1";
  if (key === "id") return "id_1";
  return value.replace(uuid, "id_1");
}

const isTime = (key) =>
  /(Time|At|Ms|Second|Duration|Chunks|Count|Tokens)$/i.test(key);
