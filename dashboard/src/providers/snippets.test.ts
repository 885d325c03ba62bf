import { describe, expect, it } from "vitest";

import { backendFiles, type Platform, snippetFiles, type SnippetSource } from "./snippets";

const base = "https://keep.example.com/proj-0abc";
const presets = [
  "clerk",
  "auth0",
  "supabase",
  "firebase",
  "stytch",
  "kinde",
  "better-auth",
  "workos",
  "cognito",
  "entra",
  "google",
  "okta",
  "keycloak",
  "logto",
  "ory",
  "descope",
  "cloudflare-access",
  "oidc",
];
const sources: SnippetSource[] = [
  { kind: "anonymous" },
  { kind: "backend" },
  ...presets.map((preset) => ({ kind: "preset", preset }) as const),
];
const platforms: Platform[] = ["react", "next", "fetch"];

describe("snippets", () => {
  it.each(sources.flatMap((source) => platforms.map((platform) => [source, platform] as const)))(
    "%o in %s name the base URL, and close what they open",
    (source, platform) => {
      const code = snippetFiles(source, platform, base)
        .map((file) => file.code)
        .join("\n");
      expect(code).toContain(base);
      expect(code).not.toContain("undefined,");
      for (const [open, close] of ["()", "{}", "[]"].map((pair) => [pair[0]!, pair[1]!] as const)) {
        expect(code.split(open).length, open).toBe(code.split(close).length);
      }
    },
  );

  it("give Next.js what marks code of the browser", () => {
    const files = snippetFiles({ kind: "preset", preset: "clerk" }, "next", base);
    expect(files.map((file) => file.caption)).toEqual([
      ".env.local",
      "app/use-cloud.ts",
      "app/chat.tsx",
      "app/page.tsx",
    ]);
    expect(files[1]!.code).toMatch(/^"use client";/);
    expect(files[1]!.code).toContain("@clerk/nextjs");
  });

  it("name the organization of Better Auth only where a rule reads it", () => {
    const codeWith = (workspace: string | null) =>
      snippetFiles({ kind: "preset", preset: "better-auth", workspace }, "react", base)
        .map((file) => file.code)
        .join("\n");
    expect(codeWith(null)).toContain("jwtClient()");
    expect(codeWith(null)).not.toMatch(/organization/i);
    expect(codeWith("{activeOrganizationId}:{sub}")).toContain("organizationClient()");
    expect(codeWith("{activeOrganizationId}:{sub}")).toContain("data?.session.activeOrganizationId");
  });

  it("hand over the kind of token that the rule takes", () => {
    const codeOf = (preset: string, rule?: { jwks_url: string | null; conditions: string[] }) =>
      snippetFiles({ kind: "preset", preset, rule }, "react", base)[0]!.code;
    const stytch = (product: string) =>
      codeOf("stytch", {
        jwks_url: `https://test.stytch.com/v1/${product}sessions/jwks/project-test-1`,
        conditions: [],
      });
    expect(stytch("")).toContain('from "@stytch/react";');
    expect(stytch("b2b/")).toContain('from "@stytch/react/b2b";');
    const cognito = (use: string) =>
      codeOf("cognito", { jwks_url: null, conditions: [`token_use = ${use}`] });
    expect(cognito("access")).toContain("latest.current?.access_token");
    expect(cognito("id")).toContain("latest.current?.id_token");
    expect(codeOf("cognito")).toContain("latest.current?.id_token");
  });

  it("keep the API key on the server", () => {
    const key = "sk_aui_proj_secret";
    const [environment, ...code] = backendFiles("https://keep.example.com", key);
    expect(environment!.code).toContain(key);
    expect(code.map((file) => file.code).join()).not.toContain(key);
  });
});
