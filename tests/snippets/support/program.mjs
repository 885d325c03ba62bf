// The program that the documents are about.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { root } from "./documents.mjs";

const binary = process.env.THREADKEEP_BIN
  ? resolve(process.env.THREADKEEP_BIN)
  : join(root, "target/debug/threadkeep");

const secret = "a secret of more than thirty-two bytes, for tests";

/**
 * Runs it in a folder of its own, where `secret.txt` is, with the same secret on standard input. `settings` is what
 * stands in its configuration file.
 */
export async function threadkeep(
  words,
  { environment = {}, settings = "" } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "threadkeep-snippets-"));
  try {
    await writeFile(join(folder, "secret.txt"), secret);
    await writeFile(join(folder, "threadkeep.toml"), settings);
    return await run(words, {
      cwd: folder,
      env: { PATH: process.env.PATH, ...environment },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(words, options) {
  return new Promise((resolved, failed) => {
    const child = execFile(binary, words, options, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") failed(error);
      else resolved({ code: error?.code ?? 0, output: `${stdout}${stderr}` });
    });
    child.stdin.on("error", () => {}); // most commands read none
    child.stdin.end(secret);
  });
}
