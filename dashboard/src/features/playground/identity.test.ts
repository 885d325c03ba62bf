import { describe, expect, it } from "vitest";

import { titleOf } from "./cloud";
import { clientBaseUrl, identityOf, keyOf } from "./identity";

describe("identityOf", () => {
  it("is an anonymous visitor without a user", () => {
    expect(identityOf({ workspace: "org_1" })).toEqual({ kind: "anonymous" });
  });

  it("puts a user into their own workspace when the URL names none", () => {
    expect(identityOf({ user: "u1" })).toEqual({ kind: "user", userId: "u1", workspaceId: "u1" });
  });

  it("tells identities apart, whatever is in their ids", () => {
    const one = keyOf({ kind: "user", userId: "a,b", workspaceId: "c" });
    expect(one).not.toBe(keyOf({ kind: "user", userId: "a", workspaceId: "b,c" }));
  });
});

describe("clientBaseUrl", () => {
  it("is on the page's own origin", () => {
    expect(clientBaseUrl("proj_0ltyjcuaxpv1")).toBe(`${window.location.origin}/proj-0ltyjcuaxpv1`);
  });
});

describe("titleOf", () => {
  const user = (text: string) => ({
    id: "1",
    createdAt: new Date(0),
    role: "user" as const,
    content: [{ type: "text" as const, text }],
    attachments: [],
    metadata: { custom: {} },
  });

  it("takes the first words", () => {
    expect(titleOf([user(" Hello\n there ")])).toBe("Hello there");
    expect(titleOf([user("ab ".repeat(100))])).toHaveLength(60);
    expect(titleOf([user("  ")])).toBeUndefined();
    expect(titleOf([])).toBeUndefined();
  });
});
