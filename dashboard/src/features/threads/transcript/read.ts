// Readers for values of which nothing is known: whoever holds a token may store any JSON as a message.

/** An object of JSON; arrays are none. */
export type Fields = Record<string, unknown>;

/** The value as an object, if it is one. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** A field of its own; what objects inherit ("constructor", "__proto__") is none. */
export function field(fields: Fields | undefined, name: string): unknown {
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** A field that is a text. */
export function textField(fields: Fields | undefined, name: string): string | undefined {
  const value = field(fields, name);
  return typeof value === "string" ? value : undefined;
}

/** The same, none when there is nothing to read in it. */
export function filledField(fields: Fields | undefined, name: string): string | undefined {
  const value = textField(fields, name);
  return value === undefined || value.trim() === "" ? undefined : value;
}

/** True when the object has the field, whatever its value. */
export function has(fields: Fields, name: string): boolean {
  return Object.hasOwn(fields, name) && fields[name] !== undefined;
}

const deepest = 60;

/** The value as indented JSON. What nests deeper than a browser can write is cut, and says so. */
export function jsonText(value: unknown): string {
  if (value === undefined) return "";
  try {
    return JSON.stringify(value, null, 2);
  } catch {
    return JSON.stringify(cut(value, deepest), null, 2);
  }
}

function cut(value: unknown, levels: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0) return "…";
  if (Array.isArray(value)) return value.map((item: unknown) => cut(item, levels - 1));
  // Without a prototype, "__proto__" is a name like any other.
  const copy = Object.create(null) as Fields;
  for (const [name, item] of Object.entries(value)) copy[name] = cut(item, levels - 1);
  return copy;
}
