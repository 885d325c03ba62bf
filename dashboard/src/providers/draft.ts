import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { api, path } from "@/api/client";
import type {
  DraftRule,
  Issue,
  Preset,
  RuleDraft,
  RuleSettings,
  SaveRule,
  Variant,
  WorkspaceChoice,
} from "@/api/contract";
import { ApiError } from "@/api/error";
import { fill, text } from "@/text";

/** What an operator fills in for a preset. */
export interface Answers {
  variant: string;
  facts: Record<string, string>;
  audience: string;
  secret: string;
  /** The place of the choice in the variant's list. */
  workspace: number;
  /** A claim; empty for none. */
  nameClaim: string;
  /** What to call the rule; empty for the preset's own name. */
  ruleName: string;
}

/** A form that nobody has touched yet. */
export function emptyAnswers(preset: Preset): Answers {
  return {
    variant: preset.variants[0]?.id ?? "",
    facts: Object.fromEntries(preset.facts.map((fact) => [fact.name, ""])),
    audience: "",
    secret: "",
    workspace: 0,
    nameClaim: "",
    ruleName: "",
  };
}

/** The kind of token that was chosen. */
export function variantOf(preset: Preset, answers: Answers): Variant | undefined {
  return preset.variants.find((variant) => variant.id === answers.variant) ?? preset.variants[0];
}

/** True when the variant leaves the audience to the operator. */
export function asksAudience(variant: Variant): boolean {
  return variant.audience_required || (variant.audience_label !== null && variant.audience === null);
}

/** What the server is asked, once all that it needs is there. */
export function draftOf(preset: Preset, answers: Answers): DraftRule {
  const variant = variantOf(preset, answers);
  const choice = workspaceOf(preset, answers);
  const audience = answers.audience.trim();
  return {
    preset: preset.id,
    variant: variant?.id ?? null,
    facts: Object.fromEntries(
      preset.facts.map((fact) => [fact.name, (answers.facts[fact.name] ?? "").trim()]),
    ),
    audience: variant && asksAudience(variant) && audience !== "" ? audience : null,
    secret: variant?.shared_secret && answers.secret !== "" ? answers.secret : null,
    ...(choice ? { workspace: choice.value === "" ? null : choice.value } : {}),
    ...(choice?.fallback ? { workspace_fallback: choice.fallback } : {}),
  };
}

/** What is still empty but has to be there, by the names of the fields. */
export function missingAnswers(preset: Preset, answers: Answers): Record<string, string> {
  const variant = variantOf(preset, answers);
  const missing: Record<string, string> = {};
  for (const fact of preset.facts) {
    if ((answers.facts[fact.name] ?? "").trim() === "") missing[factField(fact.name)] = text.ui.required;
  }
  if (variant?.audience_required && answers.audience.trim() === "") missing.audience = text.ui.required;
  if (variant?.shared_secret && answers.secret === "") missing.secret = text.ui.required;
  return missing;
}

/** The name of a fact's field. */
export function factField(name: string): string {
  return `facts.${name}`;
}

/** The server's complaints, by the names of the fields; those about no field are under "". */
export function problemsOf(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return error.issues.length === 0 ? { "": error.message } : byField(error.issues);
}

/** What looks wrong, though it may be saved, by the names of the fields. */
export function doubtsOf(draft: RuleDraft): Record<string, string> {
  const told = draft.doubts.map((doubt) => ({
    ...doubt,
    message: fill(text.providers.form.doubt, { message: doubt.message }),
  }));
  return byField(told);
}

function byField(issues: readonly Issue[]): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const {
    path: [first, second],
    message,
  } of issues) {
    const field = first === "facts" ? factField(String(second)) : String(first ?? "");
    messages[field] ??= message;
  }
  return messages;
}

/** The rule to save: the draft with the operator's choices. */
export function ruleOf(settings: RuleSettings, preset: Preset, answers: Answers): SaveRule {
  const { has_secret: hasSecret, ...rule } = settings;
  const choice = workspaceOf(preset, answers);
  const named = choice?.value ?? "";
  return {
    ...rule,
    name: answers.ruleName.trim() || settings.name,
    ...(hasSecret ? { secret: answers.secret } : {}),
    workspace: named === "" ? null : named,
    workspace_fallback: choice?.fallback ?? settings.workspace_fallback,
    name_claim: answers.nameClaim === "" ? null : answers.nameClaim,
  };
}

/** The choice of a workspace. */
export function workspaceOf(preset: Preset, answers: Answers): WorkspaceChoice | undefined {
  return variantOf(preset, answers)?.workspaces[answers.workspace];
}

/** Asks the server what rule the answers make. */
export function fetchDraft(projectId: string, draft: DraftRule, signal?: AbortSignal): Promise<RuleDraft> {
  return api.post<RuleDraft>(path`/projects/${projectId}/rules/draft`, draft, signal ? { signal } : {});
}

const settleMs = 350;

/** The rule that the answers make, kept up with them while they are typed. */
export function useDraft(projectId: string, preset: Preset, answers: Answers) {
  const isComplete = Object.keys(missingAnswers(preset, answers)).length === 0;
  const wanted = JSON.stringify(draftOf(preset, answers));
  const settled = useSettled(wanted);
  const query = useQuery({
    queryKey: ["project", projectId, "draft", settled],
    queryFn: ({ signal }) => fetchDraft(projectId, JSON.parse(settled) as DraftRule, signal),
    enabled: isComplete && settled === wanted,
    placeholderData: keepPreviousData,
    retry: false,
    throwOnError: false,
    gcTime: 0,
  });
  if (!isComplete) return { draft: undefined, problems: {} };
  if (query.isError) return { draft: undefined, problems: problemsOf(query.error) };
  // What was doubted before is no doubt about what has been typed since.
  const isOfAnswers = query.data !== undefined && !query.isPlaceholderData && settled === wanted;
  return { draft: query.data, problems: isOfAnswers ? doubtsOf(query.data) : {} };
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
