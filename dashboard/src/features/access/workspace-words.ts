import type { RuleSettings, RuleView } from "@/api/contract";
import { fill, text } from "@/text";

const words = text.access.workspace;

/** A part of a workspace setting: a claim's name as people read it, or text that stands for itself. */
export type TemplatePart = { claim: string } | { literal: string };

/**
 * Takes a setting apart. Without braces it is one claim, literally; with braces dots reach into objects and a
 * JSON pointer (RFC 6901) reaches what dots cannot. Undefined when it is none: a brace without its counterpart.
 */
export function parseTemplate(template: string): TemplatePart[] | undefined {
  if (template === "") return undefined;
  if (!/[{}]/.test(template)) return [{ claim: template }];
  const parts: TemplatePart[] = [];
  for (const part of template.split(/(\{[^{}]*\})/)) {
    if (part === "") continue;
    const isClaim = part.startsWith("{") && part.endsWith("}");
    if (!isClaim && /[{}]/.test(part)) return undefined;
    parts.push(isClaim ? { claim: readable(part.slice(1, -1)) } : { literal: part });
  }
  return parts.some((part) => "claim" in part && part.claim === "") ? undefined : parts;
}

function readable(path: string): string {
  if (!path.startsWith("/")) return path;
  const steps = path.slice(1).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).join(" › ");
}

type WorkspaceSettings = Pick<RuleSettings, "workspace" | "workspace_fallback" | "user_claim"> &
  Partial<Pick<RuleView, "personal_prefix">>;

/** Whose threads a token opens, as a sentence and what becomes of tokens without the claim. */
export function workspaceWords(settings: WorkspaceSettings): {
  rule: string;
  fallback: string | null;
} {
  const { workspace, workspace_fallback: fallback, user_claim: user } = settings;
  if (workspace === null || workspace === "") return { rule: words.personal, fallback: null };
  const parts = parseTemplate(workspace) ?? [{ claim: workspace }];
  const claims = parts.flatMap((part) => ("claim" in part ? [part.claim] : []));
  const others = [...new Set(claims.filter((claim) => claim !== user))];
  const isOwn = others.length < new Set(claims).size;
  if (others.length === 0) return { rule: isOwn ? words.personal : words.fixed, fallback: null };
  const form = isOwn ? words.perUser : words.shared;
  const prefix = settings.personal_prefix ?? "";
  const isPrefixed = fallback === "sub" && prefix !== "";
  return {
    rule: fill(form, { claims: listed(others) }),
    fallback: isPrefixed ? fill(words.subPrefixed, { prefix }) : words[fallback],
  };
}

function listed(claims: string[]): string {
  const last = claims.at(-1) ?? "";
  const rest = claims.slice(0, -1);
  return rest.length === 0 ? last : fill(words.and, { first: rest.join(words.separator), last });
}
