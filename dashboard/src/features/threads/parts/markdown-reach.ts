/**
 * The most of a text that is read as Markdown. The reader's time grows with the square of some of these, so
 * that twenty thousand characters can hold a browser for a minute; within them, none holds it for a blink.
 */
const most = {
  characters: 20_000,
  lines: 400,
  /** Stars, underscores and tildes, which are all compared with each other. */
  marks: 300,
  /** Brackets, angles, backquotes and what makes an address. */
  signs: 800,
  /** Signs of quotes and lists at the beginnings of lines, one for each level. */
  levels: 300,
  /** The same of one line. */
  depth: 8,
  /** Cells of tables, those that are left out in short rows too. */
  cells: 600,
};

const marks = /[*_~]/g;
const signs = /[[\]<>`!|&\\@]|\/\/|www\./g;
const level = /[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])(?=[ \t]|$))/y;
const delimiters = /^[ \t>|:-]+$/;

/** How much work a text is to read as Markdown: its lines and signs, and something for every text. */
export function weightOf(source: string): number {
  return 10 + count(source, /\n/g) + count(source, marks) + count(source, signs);
}

/** Whether a text is read as Markdown within a time that nobody notices. */
export function isWithinReach(source: string): boolean {
  if (source.length > most.characters) return false;
  if (count(source, marks) > most.marks || count(source, signs) > most.signs) return false;
  const lines = source.split(/\r\n?|\n/);
  if (lines.length > most.lines) return false;
  const depths = lines.map(depthOf);
  const levels = depths.reduce((sum, depth) => sum + depth, 0);
  return levels <= most.levels && Math.max(...depths) <= most.depth && cellsIn(lines) <= most.cells;
}

function count(source: string, pattern: RegExp): number {
  return source.match(pattern)?.length ?? 0;
}

function depthOf(line: string): number {
  let depth = 0;
  for (level.lastIndex = 0; level.test(line);) depth += 1;
  // What is only indented may stand as deep in a list.
  return Math.max(depth, Math.floor((/^[ \t]*/.exec(line)?.[0].length ?? 0) / 4));
}

/**
 * A table has its number of columns from the row below its head, and goes on to the next empty line. Of several
 * before that the widest counts.
 */
function cellsIn(lines: readonly string[]): number {
  let cells = 0;
  let columns = 0;
  for (const line of lines) {
    if (line.trim() === "") columns = 0;
    else if (line.includes("|") && line.includes("-") && delimiters.test(line))
      columns = Math.max(columns, line.split("|").length);
    cells += columns;
  }
  return cells;
}
