// Commands as they stand in blocks for a shell, and within sentences.

/**
 * @typedef {object} Command
 * @property {string[]} words Without the program's name.
 * @property {Record<string, string>} environment What the lines before it export.
 * @property {number} line Within the text.
 */

/**
 * The calls of `threadkeep` in lines for a shell.
 *
 * @returns {Command[]}
 */
export function commandsOf(text) {
  const commands = [];
  const environment = {};
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    const line = index;
    let logical = lines[index];
    while (logical.endsWith("\\"))
      logical = logical.slice(0, -1) + lines[(index += 1)];
    const [first, ...words] = wordsOf(logical);
    if (first === "threadkeep")
      commands.push({ words, environment: { ...environment }, line });
    if (first === "export")
      Object.assign(environment, Object.fromEntries([words[0].split("=", 2)]));
  }
  return commands;
}

/** The words of a line, without quotes and without the remark at its end. */
function wordsOf(line) {
  const words = [];
  for (const [, comment, text] of line.matchAll(
    /(?:^|\s+)(?:(#.*)|((?:'[^']*'|"[^"]*"|[^\s'"])+))/g,
  )) {
    if (comment !== undefined) break;
    words.push(
      text.replace(
        /'([^']*)'|"([^"]*)"/g,
        (_, single, double) => single ?? double,
      ),
    );
  }
  return words;
}

/** The calls of `threadkeep` between the backticks of a sentence. */
export function commandsInProse(markdown) {
  const lines = markdown
    .replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ""))
    .split("\n");
  return lines.flatMap((text, line) =>
    [...text.matchAll(/`(threadkeep [^`]+)`/g)].flatMap(([, command]) =>
      commandsOf(command).map((found) => ({ ...found, line })),
    ),
  );
}
