import { describe, expect, it } from "vitest";

import { bareToken } from "./token-tester";

describe("bareToken", () => {
  it.each([
    "a.b.c",
    "  a.b.c\n",
    "Bearer a.b.c",
    "bearer   a.b.c",
    "Authorization: Bearer a.b.c",
    '"a.b.c"',
    "'a.b.c'",
  ])("%s", (pasted) => {
    expect(bareToken(pasted)).toBe("a.b.c");
  });

  it("leaves the rest alone", () => {
    expect(bareToken("sk_aui_proj_x")).toBe("sk_aui_proj_x");
    expect(bareToken("   ")).toBe("");
  });
});
