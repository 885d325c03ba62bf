// Every command of the documents is one of the program's, with flags that it has; every example of a rule makes one.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { blocks, documents } from "./support/documents.mjs";
import { beginInstance, threadkeep } from "./support/program.mjs";
import { commandsInProse, commandsOf } from "./support/shell.mjs";

const inBlocks = blocks
  .filter(({ language }) => language === "sh")
  .flatMap(({ document, line: start, code }) =>
    commandsOf(code).map((command) => ({
      ...command,
      place: `${document}:${start + command.line}`,
    })),
  );
const inProse = documents.flatMap(({ path, markdown }) =>
  commandsInProse(markdown).map((command) => ({
    ...command,
    place: `${path}:${command.line + 1}`,
  })),
);
const all = [...inBlocks, ...inProse];

const name = ({ place, words }) => `${place}: ${words.join(" ")}`;

describe("the program has the command", { concurrency: 4 }, () => {
  for (const command of all) {
    test(name(command), async () => {
      // With --help nothing is done, but what stands before it is looked at.
      const { code, output } = await threadkeep([...command.words, "--help"]);
      assert.equal(code, 0, output);
    });
  }
  test("and there are as many as one would think", () =>
    assert.ok(all.length > 100, String(all.length)));
});

describe("the program has no", () => {
  for (const words of [
    ["rules", "admit"],
    ["rules", "add", "--realms", "x"],
    ["keys", "create", "x", "--expires", "8d"],
  ]) {
    test(words.join(" "), async () =>
      assert.equal((await threadkeep([...words, "--help"])).code, 2),
    );
  }
});

/** Whose values are all there: an ellipsis stands for what only the reader has. */
const isWhole = ({ words }) =>
  !words.some((word) => word.includes("…") || word === "PROJECT");

describe("a rule is made by", { concurrency: 4 }, () => {
  let instance;
  before(async () => {
    instance = await beginInstance();
  });
  after(() => rm(instance, { recursive: true, force: true }));

  const additions = all.filter(
    (command) =>
      command.words[0] === "rules" &&
      command.words[1] === "add" &&
      isWhole(command),
  );
  for (const command of additions) {
    test(name(command), async () => {
      const { code, output } = await threadkeep(command.words, {
        ...command,
        instance,
      });
      assert.equal(code, 0, output);
    });
  }
  test("enough examples", () =>
    assert.ok(additions.length > 25, String(additions.length)));
});
