import { describe, expect, it } from "vitest";

import { JsonSource, readJson } from "./json-source";

const none = new Set<string>();

describe("readJson", () => {
  it.each([
    "1",
    '"a"',
    "null",
    "[]",
    " [ 1 , { } , [ ] , null ] ",
    '{ "a\\"\\\\" : [ true , { "b" : "}],:\\"" } ] , "c" : -1.5e3 }',
    '{"__proto__":1,"":[[[]]]}',
  ])("reads %s as JavaScript does", (text) => {
    expect(JSON.stringify(readJson(text, none))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it("keeps the source of what is asked for", () => {
    const text =
      '{"rows":[{"value":{"value":738529527931269425,"s":"]}"},"n":1},{"value":null}, {"value" : 1e400 }]}';
    const { rows } = readJson(text, new Set(["value"])) as { rows: { value: JsonSource | null }[] };
    expect(rows.map(({ value }) => value?.text)).toEqual([
      '{"value":738529527931269425,"s":"]}"}',
      undefined,
      "1e400",
    ]);
  });

  it("keeps what nests deeper than a browser can read", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect(readJson(`{"value":${deep}}`, new Set(["value"]))).toEqual({ value: new JsonSource(deep) });
  });

  it.each(["", "{", "[1", '{"a"', '"a', '{"a":}', "[,", "[1 2"])("ends at %s, which is no JSON", (text) => {
    expect(() => readJson(text, none)).toThrow();
  });
});

describe("JsonSource", () => {
  it("knows the string that it is", () => {
    expect(new JsonSource('"a\\n"').string).toBe("a\n");
    expect(new JsonSource("1").string).toBeUndefined();
  });

  it("knows its members", () => {
    const source = new JsonSource('{"order":738529527931269425,"a":"x"}');
    expect(source.members.map(([name, value]) => [name, value.text])).toEqual([
      ["order", "738529527931269425"],
      ["a", '"x"'],
    ]);
    expect(new JsonSource("[1]").members).toEqual([]);
    expect(new JsonSource("{}").members).toEqual([]);
  });
});
