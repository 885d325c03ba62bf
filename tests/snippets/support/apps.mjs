// Code in the frame that it is meant for: an app, made of files.

import { placeOf } from "./blocks.mjs";

/**
 * @typedef {object} SourceFile
 * @property {string} path Within the app.
 * @property {string} code
 * @property {string} place Where it stands, for people.
 *
 * @typedef {object} App
 * @property {string} name
 * @property {SourceFile[]} files
 */

const isCode = (name) => /\.(?:tsx?|jsx?)$/.test(name);

/**
 * The apps that a document's blocks make up: one, and for each other name in `app=…` one more that begins with the
 * files of the first. A block with `instead-in=…` makes an app in which it has taken its place.
 *
 * @returns {App[]}
 */
export function appsOfDocument(path, blocks) {
  const ofDocument = blocks.filter((block) => block.document === path);
  const names = new Set([
    "",
    ...ofDocument.map(({ attributes }) => attributes.app ?? ""),
  ]);
  return [...names].flatMap((name) => {
    const own = ofDocument.filter(
      ({ attributes }) => (attributes.app ?? "") === name,
    );
    const files = new Map(
      filesOf(name === "" ? [] : ofDocument.filter(isOfFirst)),
    );
    for (const [file, block] of filesOf(own)) files.set(file, block);
    const app = `${path} ${name}`.trim();
    const whole = {
      name: app,
      files: [...files].map(([file, block]) => sourceFile(file, block)),
    };
    const replacing = own.filter(({ attributes }) => attributes["instead-in"]);
    return [whole, ...replacing.map((block) => withReplaced(whole, block))];
  });
}

const isOfFirst = ({ attributes }) => attributes.app === undefined;

function filesOf(blocks) {
  return blocks
    .filter(({ attributes }) => isCode(attributes.file ?? ""))
    .map((block) => [block.attributes.file, block]);
}

const sourceFile = (path, block) => ({
  path,
  code: block.code,
  place: placeOf(block),
});

function withReplaced(app, block) {
  const target = block.attributes["instead-in"];
  const place = placeOf(block);
  const file = app.files.find(({ path }) => path === target);
  if (!file) throw new Error(`${place}: there is no ${target} to put it into`);
  const code = replaceLines(file.code, block.code, place);
  return {
    name: `${app.name} ${block.line}`,
    files: [
      ...app.files.filter((other) => other !== file),
      { path: target, code, place },
    ],
  };
}

/** Puts each statement of a fragment into the place of the first line that begins with the same word. */
export function replaceLines(code, fragment, place) {
  const lines = code.split("\n");
  for (const statement of statementsOf(fragment)) {
    const word = /^(?:\[|[\w$]+)/.exec(statement[0])?.[0];
    const at =
      word === undefined
        ? -1
        : lines.findIndex((line) => line.trimStart().startsWith(word));
    if (at < 0) throw new Error(`${place}: no line begins with ${word}`);
    lines.splice(at, 1, ...statement);
  }
  return lines.join("\n");
}

function statementsOf(fragment) {
  const statements = [];
  for (const line of fragment.split("\n")) {
    const goesOn = /^[\s})\]]/.test(line);
    if (goesOn) statements.at(-1)?.push(line);
    else statements.push([line]);
  }
  return statements;
}
