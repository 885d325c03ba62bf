import { describe, expect, it } from "vitest";

import { jsonText } from "./json-text";

describe("jsonText", () => {
  it("writes JSON to be read", () => {
    expect(jsonText({ a: [1, null] })).toBe('{\n  "a": [\n    1,\n    null\n  ]\n}');
    expect(jsonText(undefined)).toBe("");
  });

  it("survives what nests deeper than a browser can write", () => {
    expect(jsonText(JSON.parse("[".repeat(50_000) + "]".repeat(50_000)))).toContain("…");
  });

  it("takes __proto__ for a name like any other, and changes no prototype", () => {
    const stored = `{"__proto__":{"polluted":true},"deep":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect(jsonText(JSON.parse(stored))).toContain('"__proto__"');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
