// JSON parses, settings are ones that the program has, links lead somewhere.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";

import { parse } from "smol-toml";

import { placeOf } from "./support/blocks.mjs";
import { presets } from "./support/dashboard.mjs";
import { blocks, documents, root } from "./support/documents.mjs";
import { anchorsOf, linksOf } from "./support/links.mjs";
import { threadkeep } from "./support/program.mjs";

describe("the program takes the settings of", () => {
  const example = readFileSync(join(root, "config.example.toml"), "utf8");
  const files = [
    ...blocks
      .filter(({ language }) => language === "toml")
      .map((block) => [placeOf(block), block.code]),
    ["config.example.toml", example],
  ];
  for (const [place, toml] of files) {
    test(place, async () => {
      assert.ok(Object.keys(parse(toml)).length > 0);
      const { code, output } = await threadkeep(["config"], { settings: toml });
      assert.equal(code, 0, output);
    });
  }
  test("no document that makes one up", async () => {
    const { code, output } = await threadkeep(["config"], {
      settings: 'allow_privat = ["x"]\n',
    });
    assert.notEqual(code, 0, output);
  });
});

describe("a reader of JSON takes", () => {
  for (const block of blocks.filter(({ language }) => language === "json")) {
    test(placeOf(block), () => assert.ok(JSON.parse(block.code)));
  }
});

describe("every variable is one of the program's in", () => {
  // What an app's own server keeps, and what is for the tests.
  const others = /^THREADKEEP_(?:URL|API_KEY|TEST_\w+|BIN|CONFIG)$/;
  const example = readFileSync(join(root, "config.example.toml"), "utf8");
  const settings = new Set();
  let section = "";
  for (const line of example.split("\n")) {
    const [, heading] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (heading) section = `${heading}_`;
    const [, setting] = /^(?:# )?(\w+) = /.exec(line) ?? [];
    if (setting) settings.add(`THREADKEEP_${section}${setting}`.toUpperCase());
  }
  for (const { path, markdown } of documents) {
    test(path, () => {
      const named = markdown.match(/\bTHREADKEEP_[A-Z_]+[A-Z]\b/g) ?? [];
      assert.deepEqual(
        named.filter(
          (variable) => !settings.has(variable) && !others.test(variable),
        ),
        [],
      );
    });
  }
});

const anchors = new Map(
  documents.map(({ path, markdown }) => [path, anchorsOf(markdown)]),
);

describe("a user of a preset lands on what concerns the provider", () => {
  for (const { id, guide } of presets) {
    test(id, () => {
      const [file, anchor] = guide.split("#");
      assert.ok(anchors.has(file), `there is no ${file}`);
      if (anchor !== undefined)
        assert.ok(anchors.get(file).has(anchor), `${file} has no #${anchor}`);
    });
  }
});

describe("every link leads somewhere in", () => {
  for (const { path, markdown } of documents) {
    test(path, () => {
      const broken = linksOf(markdown).filter((link) => {
        const [target, anchor] = link.split("#");
        const file =
          target === "" ? path : normalize(join(dirname(path), target));
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && !anchors.get(file)?.has(anchor);
      });
      assert.deepEqual(broken, []);
    });
  }
});
