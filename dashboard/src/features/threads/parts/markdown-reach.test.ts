import { describe, expect, it } from "vitest";

import { isWithinReach } from "./markdown-reach";

const answer = `
## Where it is

Your **parcel** left [Hanover](https://a.example/x) *today*, see \`track\`:

| Day | Place |
|-----|-------|
| Mon | Hanover |

1. Wait
   - a day
   - > or two

\`\`\`js
const parcel = await track("738");
\`\`\`
`;

describe("isWithinReach", () => {
  it("takes what people and models write", () => {
    expect(isWithinReach("")).toBe(true);
    expect(isWithinReach("Where is it?")).toBe(true);
    expect(isWithinReach(answer.repeat(20))).toBe(true);
    expect(isWithinReach("word ".repeat(4_000))).toBe(true);
  });

  it.each([
    ["length", "a".repeat(20_001)],
    ["lines", "a\n".repeat(401)],
    ["lines of another kind", "a\r".repeat(401)],
    ["emphasis", "*a*".repeat(200)],
    ["emphasis that is never closed", "_a ".repeat(400)],
    ["links", "[a](b)".repeat(450)],
    ["pictures", "![a](b)".repeat(300)],
    ["addresses", "www.a.example ".repeat(900)],
    ["code", "`a` ".repeat(500)],
    ["quotes in quotes", `${"> ".repeat(9)}a`],
    ["quotes without spaces", `${">".repeat(9)}a`],
    ["lists in lists", `${"- ".repeat(9)}a`],
    ["lists below lists", Array.from({ length: 40 }, (_, level) => `${"  ".repeat(level)}- a`).join("\n")],
    ["many lists", "- - - - a\n\n".repeat(100)],
    ["columns", `${"|a".repeat(300)}|\n${"|-".repeat(300)}|\n${"x\n".repeat(9_000)}`],
    ["cells that are left out", `${"|a".repeat(30)}|\n${"|-".repeat(30)}|\n${"x\n".repeat(30)}`],
    ["cells in a quote", `> ${"a|".repeat(30)}\n> ${"-|".repeat(30)}\n${"> x\n".repeat(30)}`],
    [
      "cells of a second table",
      `a|b\n-|-\n# c\n${"|a".repeat(30)}|\n${"|-".repeat(30)}|\n${"x\n".repeat(30)}`,
    ],
    ["tables", `|a|b|\n|-|-|\n|c|d|\n\n`.repeat(100)],
  ])("does not take too much %s", (_what, source) => {
    expect(isWithinReach(source)).toBe(false);
  });
});
