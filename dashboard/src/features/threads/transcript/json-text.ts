import { endOfString, endOfWord, JsonSource } from "./json-source";

/** Deeper levels are not indented further: a value may nest so deep that spaces alone would fill the memory. */
const deepestIndent = 60;

/** A value that would take more white space than this is left as it was sent. */
const mostSpace = 200_000;

/**
 * A value as indented JSON, in which sources stand as they were sent but for the white space between. One of
 * very many pieces stays as it was sent altogether.
 */
export function jsonText(value: unknown): string {
  const source = sourceText(value);
  return indented(source, Infinity) ?? source;
}

/** The start of the same, at least `length` characters of it where it has so many. */
export function jsonStart(value: unknown, length: number): string {
  const source = sourceText(value);
  return indented(source, length) ?? source;
}

/** A value as compact JSON, in which sources stand as they were sent. */
export function sourceText(value: unknown): string {
  if (value instanceof JsonSource) return value.text;
  if (Array.isArray(value)) return `[${value.map(sourceText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sourceText(member)}`).join(",")}}`;
}

function indented(source: string, length: number): string | undefined {
  let text = "";
  let space = 0;
  let depth = 0;
  const breakLine = () => {
    const indent = "  ".repeat(Math.min(depth, deepestIndent));
    space += indent.length + 1;
    text += `\n${indent}`;
  };
  for (let at = 0; at < source.length && text.length < length;) {
    if (space > mostSpace) return undefined;
    const end = endOfToken(source, at);
    const token = source.slice(at, end);
    at = end;
    switch (token) {
      case "{":
      case "[":
        depth += 1;
        text += token;
        breakLine();
        break;
      case "}":
      case "]":
        depth -= 1;
        breakLine();
        text += token;
        break;
      case ",":
        text += token;
        breakLine();
        break;
      case ":":
        text += ": ";
        break;
      default:
        text += token.trim();
    }
  }
  return text;
}

const emptyValue = /\{\s*\}|\[\s*\]|\s+/y;

/** Where a token ends; an empty object or array is one, and so is white space. */
function endOfToken(source: string, start: number): number {
  if (source[start] === '"') return endOfString(source, start);
  emptyValue.lastIndex = start;
  if (emptyValue.test(source)) return emptyValue.lastIndex;
  return "{}[],:".includes(source[start] ?? "") ? start + 1 : endOfWord(source, start);
}
