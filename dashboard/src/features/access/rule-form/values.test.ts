import { expect, test } from "vitest";

import { conditionAt, emptyRule, ruleOf, suggestionsOf, valuesOf } from "./values";
import type { Preset, RuleSettings, Variant } from "@/api/contract";

const settings: RuleSettings = {
  name: "Clerk",
  provider: "clerk",
  issuer: "https://clerk.example.com",
  audience: null,
  audience_claim: "aud",
  jwks_url: "https://clerk.example.com/.well-known/jwks.json",
  has_secret: false,
  user_claim: "sub",
  user_prefix: null,
  workspace: "{o.id}",
  workspace_fallback: "sub",
  name_claim: "fullName",
  conditions: ["sts != pending"],
};

test("a rule that is opened and saved is the same rule", () => {
  expect({ ...ruleOf(valuesOf(settings), "clerk"), has_secret: false }).toEqual(settings);
});

test("only the chosen place of the keys is sent", () => {
  const filled = {
    ...emptyRule,
    jwks_url: "https://x.example/keys",
    secret: " s3cret ",
  };
  expect(ruleOf({ ...filled, source: "jwks" }, "custom")).toMatchObject({
    jwks_url: "https://x.example/keys",
  });
  expect(ruleOf({ ...filled, source: "jwks" }, "custom")).not.toHaveProperty("secret");
  expect(ruleOf({ ...filled, source: "discovery" }, "custom")).toMatchObject({
    jwks_url: null,
  });
  expect(ruleOf({ ...filled, source: "discovery" }, "custom")).not.toHaveProperty("secret");
  expect(ruleOf({ ...filled, source: "secret" }, "custom")).toMatchObject({
    jwks_url: null,
    secret: " s3cret ",
  });
});

test("a secret that is left empty is not sent, so that the stored one stays", () => {
  const opened = valuesOf({ ...settings, jwks_url: null, has_secret: true });
  expect(opened.source).toBe("secret");
  expect(ruleOf(opened, "custom")).not.toHaveProperty("secret");
});

test("blanks count for nothing, and empty conditions are left out", () => {
  const rule = ruleOf(
    {
      ...emptyRule,
      name: " A ",
      audience: "  ",
      audience_claim: " ",
      conditions: [" ", " a = b "],
    },
    "custom",
  );
  expect(rule).toMatchObject({
    name: "A",
    audience: null,
    audience_claim: "aud",
    conditions: ["a = b"],
  });
});

test("a complaint about a condition finds it behind empty ones", () => {
  expect(conditionAt(["", "a = b", " ", "c"], 1)).toBe(3);
  expect(conditionAt(["a = b"], 1)).toBeUndefined();
});

test("a preset's suggestions are told once", () => {
  const variant = (label: string): Partial<Variant> => ({
    names: [{ label, value: "name" }],
  });
  const preset = {
    variants: [variant("Full name"), variant("Name")],
  } as Preset;
  expect(suggestionsOf(preset, "names")).toEqual([{ label: "Full name", value: "name" }]);
  expect(suggestionsOf(undefined, "names")).toEqual([]);
});
