const deepest = 60;

/** A value as indented JSON. What nests deeper than a browser can write is cut, and says so. */
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
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [name, item] of Object.entries(value)) copy[name] = cut(item, levels - 1);
  return copy;
}
