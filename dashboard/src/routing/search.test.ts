import { describe, expect, it } from "vitest";

import { known, readChoice, readDay, readText } from "./search";

describe("what stands in a URL", () => {
  it("is a text or nothing", () => {
    expect(readText({ q: "  a  " }, "q")).toBe("a");
    expect(readText({ q: 42 }, "q")).toBe("42");
    expect(readText({ q: "   " }, "q")).toBeUndefined();
    expect(readText({ q: ["a"] }, "q")).toBeUndefined();
    expect(readText({}, "q")).toBeUndefined();
    expect(readText({ q: "a".repeat(900) }, "q")).toHaveLength(500);
  });

  it("is one of the choices or nothing", () => {
    expect(readChoice({ archived: true }, "archived", ["true", "false"])).toBe("true");
    expect(readChoice({ archived: "maybe" }, "archived", ["true", "false"])).toBeUndefined();
  });

  it.each([
    ["2026-09-21", "2026-09-21"],
    ["2026-13-01", undefined],
    ["21.9.2026", undefined],
    ["2026-09-21T00:00:00Z", undefined],
  ])("is the day %s: %s", (written, day) => {
    expect(readDay({ from: written }, "from")).toBe(day);
  });

  it("keeps the names without a value, lest the router fill them in from the URL", () => {
    expect(known({ from: readDay({ from: "yesterday" }, "from") })).toStrictEqual({ from: undefined });
  });
});
