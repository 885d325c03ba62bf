/**
 * A JSON value as the server sent it. It is not read: numbers that JavaScript has no place for stay what they
 * are, and a value of any size and depth costs nothing until it is written.
 */
export class JsonSource {
  constructor(
    /** Valid JSON. */
    readonly text: string,
  ) {}

  /** The string that it is, if it is one. */
  get string(): string | undefined {
    return this.text.startsWith('"') ? (JSON.parse(this.text) as string) : undefined;
  }

  /** The members of the object that it is, each as it was sent; none of anything else. */
  get members(): [string, JsonSource][] {
    const cursor = new Cursor(this.text);
    const members: [string, JsonSource][] = [];
    if (!cursor.take("{")) return members;
    while (!cursor.take("}")) members.push([cursor.name(), new JsonSource(cursor.value())]);
    return members;
  }
}

/**
 * Reads JSON, but for the members of these names, wherever they are: of them it keeps the source. `null` is
 * `null` everywhere. What is read must not nest deeper than a function may call itself.
 */
export function readJson(text: string, kept: ReadonlySet<string>): unknown {
  return readValue(new Cursor(text), kept);
}

function readValue(cursor: Cursor, kept: ReadonlySet<string>): unknown {
  if (cursor.take("[")) {
    const items: unknown[] = [];
    while (!cursor.take("]")) {
      items.push(readValue(cursor, kept));
      cursor.take(",");
    }
    return items;
  }
  if (!cursor.take("{")) return JSON.parse(cursor.value());
  // Without a prototype, "__proto__" is a name like any other.
  const object = Object.create(null) as Record<string, unknown>;
  while (!cursor.take("}")) {
    const name = cursor.name();
    object[name] = kept.has(name) ? sourceOf(cursor.value()) : readValue(cursor, kept);
    cursor.take(",");
  }
  return object;
}

function sourceOf(text: string): JsonSource | null {
  return text === "null" ? null : new JsonSource(text);
}

/** A place in a JSON text. */
class Cursor {
  private at = 0;

  constructor(private readonly text: string) {}

  /** Goes over a sign, if it is what comes next. */
  take(sign: string): boolean {
    this.at = skipSpace(this.text, this.at);
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  /** Goes over the name of a member and its colon. */
  name(): string {
    const name = JSON.parse(this.value()) as string;
    this.take(":");
    return name;
  }

  /** Goes over a value, and a comma that follows it. */
  value(): string {
    const start = skipSpace(this.text, this.at);
    const end = endOfValue(this.text, start);
    this.at = end;
    this.take(",");
    return this.text.slice(start, end);
  }
}

const space = /[ \t\r\n]/;

function skipSpace(text: string, from: number): number {
  let at = from;
  while (space.test(text[at] ?? "")) at += 1;
  return at;
}

/** Where a value ends. Nothing here calls itself, as what is stored may nest deep. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at);
        continue;
      case "{":
      case "[":
        depth += 1;
        break;
      case "}":
      case "]":
        depth -= 1;
        break;
      default:
        if (depth === 0) return endOfWord(text, at);
    }
    at += 1;
  } while (depth > 0 && at < text.length);
  if (depth !== 0) throw new SyntaxError("JSON ends in the middle");
  return at;
}

/** Where a string ends: behind the first quote that no odd number of backslashes stands before. */
export function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote;
    while (text[before - 1] === "\\") before -= 1;
    if ((quote - before) % 2 === 0) return quote + 1;
  }
  throw new SyntaxError("JSON ends in the middle of a string");
}

const wordEnd = /[\s,:{}[\]"]|$/g;

/** Where a number, `true`, `false` or `null` ends. */
export function endOfWord(text: string, start: number): number {
  wordEnd.lastIndex = start;
  const end = wordEnd.exec(text)?.index ?? text.length;
  if (end === start) throw new SyntaxError("JSON has no value where one should be");
  return end;
}
