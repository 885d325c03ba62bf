// Takes a JWT apart so that it can be looked at. Nothing here says whether it is good: that is for a rule's key.

/** What stands in a part of a token: names and values as the token has them. */
export type Claims = [name: string, value: unknown][];

/** Why a text cannot be shown as a token. */
export type Unreadable =
  | { kind: "empty" | "encrypted" | "key" | "refresh" | "long" }
  | { kind: "parts"; count: number }
  | { kind: "base64" | "utf8" | "json" | "object"; part: "header" | "payload" };

/** A token for the eye, or why it is none. */
export type Decoded = { header: Claims; payload: Claims } | { unreadable: Unreadable };

// No request with a longer one is accepted, and a browser should not have to draw it.
const longest = 16 * 1024;

/** Decodes a signed JWT, whatever somebody has pasted. */
export function decodeToken(token: string): Decoded {
  const unreadable = unfit(token);
  if (unreadable) return { unreadable };
  const [head = "", body = ""] = token.split(".");
  const header = decodePart(head, "header");
  if (!Array.isArray(header)) return { unreadable: header };
  const payload = decodePart(body, "payload");
  if (!Array.isArray(payload)) return { unreadable: payload };
  return { header, payload };
}

function unfit(token: string): Unreadable | undefined {
  if (token === "") return { kind: "empty" };
  if (token.startsWith("sk_")) return { kind: "key" };
  if (token.startsWith("refresh_0")) return { kind: "refresh" };
  if (token.length > longest) return { kind: "long" };
  const count = token.split(".").length;
  if (count === 5) return { kind: "encrypted" };
  return count === 3 ? undefined : { kind: "parts", count };
}

function decodePart(encoded: string, part: "header" | "payload"): Claims | Unreadable {
  const bytes = decodeBase64Url(encoded);
  if (!bytes) return { kind: "base64", part };
  let json: string;
  try {
    json = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { kind: "utf8", part };
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { kind: "json", part };
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.entries(value as object) : { kind: "object", part };
}

function decodeBase64Url(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+={0,2}$/.test(encoded)) return undefined;
  try {
    const binary = atob(encoded.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

// Letters that would not be seen, or would turn the text around them: controls, zero widths, directions.
const unseen =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g; // eslint-disable-line no-control-regex

/** A claim's value as text: strings as they are, everything else as JSON; what the eye would miss is spelled out. */
export function writeValue(value: unknown): string {
  return writeText(typeof value === "string" ? value : writeJson(value));
}

/** A text in which what the eye would miss is spelled out. */
export function writeText(text: string): string {
  return text.replace(unseen, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value, null, 2);
  } catch {
    // Nested deeper than the browser can write.
    return "…";
  }
}

const timeClaims = new Set(["exp", "nbf", "iat", "auth_time", "updated_at"]);
const furthestSecs = 8.64e12;

/** The moment of a claim that is a time by its name; undefined when it is none, null when it should be and is not. */
export function momentOf(name: string, value: unknown): Date | null | undefined {
  if (!timeClaims.has(name)) return undefined;
  if (typeof value !== "number" || !(Math.abs(value) <= furthestSecs)) return null;
  return new Date(value * 1000);
}
