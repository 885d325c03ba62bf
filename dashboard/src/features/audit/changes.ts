// What an entry of the log changed, field by field.

type State = Record<string, unknown> | null;

/** A change of one field: from a value to another, or what was taken from a list and put into it. */
export type FieldChange =
  | { field: string; kind: "value"; before: unknown; after: unknown }
  | { field: string; kind: "list"; removed: unknown[]; added: unknown[] };

/**
 * The fields that differ. Of something created or deleted these are the ones that say something: empty ones are
 * left out. Undefined values stand for a field that was not there.
 */
export function changesOf(before: State, after: State): FieldChange[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.flatMap((field) => {
    const [old, fresh] = [read(before, field), read(after, field)];
    if (same(old, fresh)) return [];
    // Created or deleted: there is no other state to differ from.
    if ((before === null || after === null) && isEmpty(old) && isEmpty(fresh)) return [];
    return [changeOf(field, old, fresh)];
  });
}

/** As the names are ordered, with the unknown ones last: the server's order is that of the alphabet. */
export function inOrder(changes: FieldChange[], names: readonly string[]): FieldChange[] {
  const place = ({ field }: FieldChange) => (names.includes(field) ? names.indexOf(field) : names.length);
  return changes.toSorted((one, other) => place(one) - place(other));
}

function changeOf(field: string, before: unknown, after: unknown): FieldChange {
  if (!isListOrNothing(before) || !isListOrNothing(after)) return { field, kind: "value", before, after };
  const [old, fresh] = [before ?? [], after ?? []];
  const removed = old.filter((item) => !fresh.some((other) => same(item, other)));
  const added = fresh.filter((item) => !old.some((other) => same(item, other)));
  // The same items in another order, or twice.
  if (removed.length === 0 && added.length === 0) return { field, kind: "value", before, after };
  return { field, kind: "list", removed, added };
}

function isListOrNothing(value: unknown): value is unknown[] | undefined | null {
  return Array.isArray(value) || value === undefined || value === null;
}

function read(state: State, field: string): unknown {
  return state && Object.hasOwn(state, field) ? state[field] : undefined;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** With the members of objects in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, member]) => [name, sorted(member)]);
}

/** The name of the thing that was changed, if its fields tell one. */
export function nameOf(before: State, after: State): string | undefined {
  const name = read(after, "name") ?? read(before, "name");
  return typeof name === "string" && name !== "" ? name : undefined;
}
