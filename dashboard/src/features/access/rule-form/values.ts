import type { Preset, RuleSettings, SaveRule } from "@/api/contract";

/** Where the keys of a rule are. */
export type KeySource = "jwks" | "discovery" | "secret";

/** Every setting of a rule as a form holds it: texts, empty for none. */
export interface RuleValues {
  name: string;
  issuer: string;
  audience: string;
  audience_claim: string;
  conditions: string[];
  source: KeySource;
  jwks_url: string;
  secret: string;
  user_claim: string;
  user_prefix: string;
  workspace: string;
  workspace_fallback: "refuse" | "sub";
  name_claim: string;
}

/** A rule that nobody has filled in yet. */
export const emptyRule: RuleValues = {
  name: "",
  issuer: "",
  audience: "",
  audience_claim: "aud",
  conditions: [],
  source: "jwks",
  jwks_url: "",
  secret: "",
  user_claim: "sub",
  user_prefix: "",
  workspace: "",
  workspace_fallback: "refuse",
  name_claim: "",
};

/** A rule's settings in a form. Its secret is not known. */
export function valuesOf(settings: RuleSettings): RuleValues {
  return {
    name: settings.name,
    issuer: settings.issuer ?? "",
    audience: settings.audience ?? "",
    audience_claim: settings.audience_claim,
    conditions: settings.conditions,
    source: sourceOf(settings),
    jwks_url: settings.jwks_url ?? "",
    secret: "",
    user_claim: settings.user_claim,
    user_prefix: settings.user_prefix ?? "",
    workspace: settings.workspace ?? "",
    workspace_fallback: settings.workspace_fallback,
    name_claim: settings.name_claim ?? "",
  };
}

function sourceOf(settings: RuleSettings): KeySource {
  if (settings.has_secret) return "secret";
  return settings.jwks_url === null ? "discovery" : "jwks";
}

/** What is sent: texts without blanks around them, and of the three places for keys the chosen one alone. */
export function ruleOf(values: RuleValues, provider: string): SaveRule {
  return {
    name: values.name.trim(),
    provider,
    issuer: textOf(values.issuer),
    audience: textOf(values.audience),
    audience_claim: values.audience_claim.trim() || "aud",
    // A secret is taken as it is: blanks may belong to it.
    ...(values.source === "secret" && values.secret !== "" ? { secret: values.secret } : {}),
    jwks_url: values.source === "jwks" ? textOf(values.jwks_url) : null,
    user_claim: values.user_claim.trim() || "sub",
    user_prefix: textOf(values.user_prefix),
    workspace: textOf(values.workspace),
    workspace_fallback: values.workspace_fallback,
    name_claim: textOf(values.name_claim),
    conditions: values.conditions
      .map((condition) => condition.trim())
      .filter((condition) => condition !== ""),
  };
}

function textOf(typed: string): string | null {
  const text = typed.trim();
  return text === "" ? null : text;
}

/** The place of a condition in the form for its place in what was sent, where empty ones are left out. */
export function conditionAt(conditions: string[], sent: number): number | undefined {
  const filled = conditions.flatMap((condition, index) => (condition.trim() === "" ? [] : [index]));
  return filled[sent];
}

/** A value to choose, with what it means. */
export interface Suggestion {
  value: string;
  label: string;
}

/** What a preset suggests for a setting in any of its variants, each value once. */
export function suggestionsOf(preset: Preset | undefined, setting: "workspaces" | "names"): Suggestion[] {
  const all = preset?.variants.flatMap((variant) => variant[setting]) ?? [];
  const byValue = new Map<string, Suggestion>();
  for (const { value, label } of all) if (!byValue.has(value)) byValue.set(value, { value, label });
  return [...byValue.values()];
}
