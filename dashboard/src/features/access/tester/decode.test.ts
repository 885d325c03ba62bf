import { expect, test } from "vitest";

import { decodeToken, momentOf, writeText, writeValue } from "./decode";

function base64url(text: string | Uint8Array<ArrayBuffer>): string {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function token(payload: string | Uint8Array<ArrayBuffer>, header = '{"alg":"RS256"}'): string {
  return `${base64url(header)}.${base64url(payload)}.c2ln`;
}

test("a token falls into its claims, in their order", () => {
  expect(decodeToken(token('{"sub":"usr_1","aud":["a","b"],"o":{"id":"org_4"}}'))).toEqual({
    header: [["alg", "RS256"]],
    payload: [
      ["sub", "usr_1"],
      ["aud", ["a", "b"]],
      ["o", { id: "org_4" }],
    ],
  });
});

test("names in any script survive, and so does padding", () => {
  expect(decodeToken(token('{"name":"Zoë 王 🙂"}'))).toMatchObject({
    payload: [["name", "Zoë 王 🙂"]],
  });
  expect(decodeToken(`${btoa('{"alg":"none"}')}.${btoa('{"a":1}')}.`)).toMatchObject({ payload: [["a", 1]] });
});

test.each([
  ["", { kind: "empty" }],
  ["opaque", { kind: "parts", count: 1 }],
  ["a.b", { kind: "parts", count: 2 }],
  ["a.b.c.d.e", { kind: "encrypted" }],
  ["sk_aui_proj_0_a.b.c", { kind: "key" }],
  ["refresh_0abc", { kind: "refresh" }],
  ["..", { kind: "base64", part: "header" }],
  ["e!.e30.c", { kind: "base64", part: "header" }],
  ["e30.e30 .c", { kind: "base64", part: "payload" }],
  ["e.e30.c", { kind: "base64", part: "header" }],
  [token(new Uint8Array([0xff, 0xfe])), { kind: "utf8", part: "payload" }],
  [token("{"), { kind: "json", part: "payload" }],
  [token("[1]"), { kind: "object", part: "payload" }],
  [token("null"), { kind: "object", part: "payload" }],
  [token('"text"'), { kind: "object", part: "payload" }],
  [`${"a".repeat(20_000)}.b.c`, { kind: "long" }],
])("%.40j is told apart", (pasted, unreadable) => {
  expect(decodeToken(pasted)).toEqual({ unreadable });
});

test("a claim cannot reach the prototype of anything", () => {
  const decoded = decodeToken(token('{"__proto__":{"isAdmin":true},"constructor":1}'));
  expect(decoded).toMatchObject({
    payload: [
      ["__proto__", { isAdmin: true }],
      ["constructor", 1],
    ],
  });
  expect("isAdmin" in {}).toBe(false);
});

test("a deep nest neither stops the page nor is lost", () => {
  const deep = `{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`;
  const decoded = decodeToken(token(deep));
  expect(decoded).toHaveProperty("payload");
  if ("payload" in decoded) expect(writeValue(decoded.payload[0]?.[1])).toMatch(/^(\[|…)/);
});

test("what the eye would miss is spelled out", () => {
  expect(writeValue("usr_1\u202egnp.exe")).toBe("usr_1\\u202egnp.exe");
  expect(writeValue("a\u200bb\u0000c")).toBe("a\\u200bb\\u0000c");
  expect(writeText("\u2066x\ufeff")).toBe("\\u2066x\\ufeff");
  expect(writeValue(["a\u202e"])).toContain("a\\u202e");
  expect(writeValue("two\nlines")).toBe("two\nlines");
});

test("markup stays text", () => {
  expect(writeValue("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>");
});

test("times are times only where they can be", () => {
  expect(momentOf("exp", 1_790_000_000)?.toISOString()).toBe("2026-09-21T14:13:20.000Z");
  expect(momentOf("iat", 1_790_000_000.5)?.toISOString()).toBe("2026-09-21T14:13:20.500Z");
  for (const odd of ["1790000000", 1e300, -1e300, NaN, null, {}, true])
    expect(momentOf("exp", odd)).toBeNull();
  expect(momentOf("sub", 1_790_000_000)).toBeUndefined();
});
