import { describe, expect, it } from "vitest";

import { JsonSource } from "./json-source";
import { jsonStart, jsonText, sourceText } from "./json-text";

const exact = '{"id":738529527931269425,"price":1.0,"much":1e400,"half":"\\ud83d","n":-0.0,"none":null}';

describe("jsonText", () => {
  it("writes what JavaScript would write", () => {
    const value = { a: [1, null, [], {}, [{}]], "b\n": { c: '{"[,:\\' }, d: true, e: "" };
    expect(jsonText(value)).toBe(JSON.stringify(value, null, 2));
    expect(jsonText(new JsonSource(JSON.stringify(value, null, 7)))).toBe(JSON.stringify(value, null, 2));
    expect(jsonText(null)).toBe("null");
  });

  it("spells numbers and texts as they were sent", () => {
    const text = jsonText({ at: 1, content: new JsonSource(exact), run: undefined });
    expect(text.replaceAll(/\s/g, "")).toBe(`{"at":1,"content":${exact}}`);
    expect(text).toContain('\n    "id": 738529527931269425,\n    "price": 1.0,\n    "much": 1e400,\n');
  });

  it.each([
    ["what nests deep", "[".repeat(50_000) + "]".repeat(50_000)],
    ["very many pieces", `[${"0,".repeat(2_000_000)}0]`],
    ["many pieces deep down", `${"[".repeat(900)}${"{},".repeat(300_000)}0${"]".repeat(900)}`],
  ])("leaves %s as it was sent", (_what, source) => {
    expect(jsonText(new JsonSource(source))).toBe(source);
  });

  it("indents a long text in a value of few pieces", () => {
    const source = new JsonSource(`{"image":"${"A".repeat(3_000_000)}","last":1}`);
    expect(jsonText(source).endsWith('",\n  "last": 1\n}')).toBe(true);
  });
});

describe("jsonStart", () => {
  it("writes no more than is asked for", () => {
    const start = jsonStart(new JsonSource(`[${"0,".repeat(2_000_000)}0]`), 1_000);
    expect(start.startsWith("[\n  0,\n  0,")).toBe(true);
    expect(start.length).toBeLessThan(1_010);
    expect(jsonStart({ a: 1 }, 1_000)).toBe(jsonText({ a: 1 }));
  });
});

describe("sourceText", () => {
  it("takes __proto__ for a name like any other", () => {
    expect(sourceText(JSON.parse('{"__proto__":{"polluted":true}}'))).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
