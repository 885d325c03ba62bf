// The program that the documents are about.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { root } from "./documents.mjs";

const binary = process.env.THREADKEEP_BIN
  ? resolve(process.env.THREADKEEP_BIN)
  : join(root, "target/debug/threadkeep");

const secret = "a secret of more than thirty-two bytes, for tests";

/**
 * Runs it in a folder of its own, where `secret.txt` is, with the same secret on standard input. `settings` is what
 * stands in its configuration file, `instance` the data of one that has begun.
 */
export async function threadkeep(
  words,
  { environment = {}, settings = "", instance } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "threadkeep-snippets-"));
  try {
    await writeFile(join(folder, "secret.txt"), secret);
    await writeFile(join(folder, "threadkeep.toml"), settings);
    if (instance) await cp(instance, join(folder, "data"), { recursive: true });
    return await run(words, {
      cwd: folder,
      env: { PATH: process.env.PATH, ...environment },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The data of a new instance, which only a server begins, in a folder that the caller removes. */
export async function beginInstance() {
  const folder = await mkdtemp(join(tmpdir(), "threadkeep-snippets-"));
  const server = spawn(
    binary,
    ["serve", "--data-dir", folder, "--listen", "127.0.0.1:0"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(server, "exit");
  await Promise.race([
    once(server.stdout, "data"),
    ended.then(() => {
      throw new Error("the server ended before it was ready");
    }),
  ]);
  server.kill("SIGTERM");
  await ended;
  return folder;
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
