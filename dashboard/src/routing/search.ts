// Readers for the search of a URL: whatever somebody typed there, a page gets a value it knows or none.

type Raw = Record<string, unknown>;

const longestText = 500;
const longestWay = 8_000;

/** A text, without blanks around it; none if it is empty. */
export function readText(search: Raw, name: string, longest = longestText): string | undefined {
  const value = search[name];
  // The router reads ?q=42 as a number.
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  const written = String(value).trim().slice(0, longest);
  return written === "" ? undefined : written;
}

/** One of the values a page knows. */
export function readChoice<Value extends string>(
  search: Raw,
  name: string,
  choices: readonly Value[],
): Value | undefined {
  const value = readText(search, name);
  return choices.find((choice) => choice === value);
}

/** A day, as 2026-09-21. */
export function readDay(search: Raw, name: string): string | undefined {
  const value = readText(search, name);
  if (value === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  return Number.isNaN(Date.parse(value)) ? undefined : value;
}

/** The place in a paged list, for `Pager`. */
export function readPages(search: Raw): string | undefined {
  return readText(search, "pages", longestWay);
}

/**
 * What a page reads from its search, of which a link may leave out anything. Names without a value stay in it:
 * what is missing here the router takes from the URL as it was written there.
 */
export function known<Search extends object>(search: Search): Partial<Search> {
  return search;
}
