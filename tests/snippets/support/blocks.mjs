// The fenced blocks of a Markdown document.

/**
 * @typedef {object} Block
 * @property {string} document The document's path from the repository's root.
 * @property {number} line The number of its first line of code.
 * @property {string} language
 * @property {Record<string, string>} attributes What stands behind the language: `file=auth.ts app=other`.
 * @property {string} code Without a final line break.
 */

/** @returns {Block[]} */
export function blocksOf(document, markdown) {
  const blocks = [];
  let open;
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^```(\S*)(.*)$/.exec(line);
    if (open === undefined && fence) {
      open = {
        document,
        line: index + 2,
        language: fence[1],
        attributes: attributesOf(fence[2]),
        lines: [],
      };
    } else if (open !== undefined && line === "```") {
      const { lines, ...block } = open;
      blocks.push({ ...block, code: lines.join("\n") });
      open = undefined;
    } else if (open !== undefined) {
      open.lines.push(line);
    }
  }
  if (open !== undefined)
    throw new Error(`${document}:${open.line} is never closed`);
  return blocks;
}

function attributesOf(text) {
  const pairs = text.trim().split(/\s+/).filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => pair.split("=", 2)));
}

/** Where a block is, for people. */
export function placeOf({ document, line, attributes }) {
  const file = attributes.file ?? attributes["instead-in"];
  return `${document}:${line}${file ? ` (${file})` : ""}`;
}
