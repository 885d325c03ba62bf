import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { CheckLine } from "./check-line";
import { IdentityCard } from "./identity-card";
import { KeysCard } from "./keys-card";
import { ReadingCard } from "./reading-card";
import { RuleFormContext } from "./rule-context";
import { useCheck } from "./use-check";
import { conditionAt, ruleOf, type RuleValues } from "./values";
import type { Issue, Preset, SaveRule } from "@/api/contract";
import { required, useForm } from "@/forms/use-form";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";

interface SettingsFormProps {
  projectId: string;
  initial: RuleValues;
  provider: string;
  preset?: Preset | undefined;
  hasStoredSecret?: boolean;
  isStored?: boolean;
  /** What the button says. */
  action: string;
  onSave: (rule: SaveRule) => Promise<unknown>;
}

/** Every setting of a rule, checked while it is typed. */
export function SettingsForm(props: SettingsFormProps) {
  const { projectId, initial, provider, preset, action, onSave } = props;
  const { hasStoredSecret = false, isStored = false } = props;
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const form = useForm<RuleValues>({
    initial,
    validate: (values) => required(values, ...requiredOf(values, hasStoredSecret)),
    submit: (values) => onSave(ruleOf(values, provider)),
  });
  const { values } = form;
  const rule = ruleOf(values, provider);
  const isComplete = Object.keys(required(values, ...requiredOf(values, hasStoredSecret))).length === 0;
  // A stored secret is not here to be checked, and without one the rule would be another one.
  const hasItsKeys = values.source !== "secret" || values.secret !== "";
  const check = useCheck(projectId, rule, isComplete && hasItsKeys);
  const live = check.state === "bad" ? check.issues : [];
  const doubts = check.state === "good" ? check.doubts : [];
  const refused = form.refusal?.issues ?? [];

  const errorOf = (name: keyof RuleValues) =>
    form.errorOf(name) ?? (touched.has(name) ? (messageAt(live, name) ?? doubtAt(doubts, name)) : undefined);
  const conditionError = (index: number) =>
    conditionMessage(touched.has("conditions") ? live : refused, values.conditions, index);
  const unnamed = live.find((issue) => issue.path.length === 0)?.message;
  return (
    <RuleFormContext
      value={{
        values,
        change: (changed) => {
          setTouched((before) => new Set([...before, ...Object.keys(changed)]));
          form.change(changed);
        },
        errorOf,
        conditionError,
        hasStoredSecret,
        isStored,
        preset,
      }}
    >
      <form noValidate onSubmit={form.onSubmit} className="space-y-6">
        <IdentityCard />
        <KeysCard />
        <ReadingCard />
        {form.problem && <Callout tone="danger">{form.problem}</Callout>}
        {!form.problem && unnamed && <Callout tone="danger">{unnamed}</Callout>}
        {check.state === "good" && check.warnings.length > 0 && (
          <Callout tone="warn" title={text.access.form.warnings}>
            <ul className="list-disc space-y-1 pl-4">
              {check.warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </Callout>
        )}
        <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4">
          <CheckLine check={check} />
          <div className="ml-auto flex flex-wrap gap-2">
            <Button asChild>
              <Link to="/projects/$projectId/access" params={{ projectId }}>
                {text.ui.cancel}
              </Link>
            </Button>
            <Button type="submit" look="primary" isBusy={form.isBusy}>
              {action}
            </Button>
          </div>
        </div>
      </form>
    </RuleFormContext>
  );
}

function requiredOf(values: RuleValues, hasStoredSecret: boolean): (keyof RuleValues)[] {
  const names: (keyof RuleValues)[] = ["name", "user_claim"];
  if (values.source === "jwks") names.push("jwks_url");
  if (values.source === "discovery") names.push("issuer");
  if (values.source === "secret") {
    names.push("issuer");
    if (!hasStoredSecret) names.push("secret");
  }
  return names;
}

function messageAt(issues: Issue[], name: string): string | undefined {
  // Complaints about one condition stand at that one.
  return issues.find((issue) => issue.path[0] === name && issue.path.length === 1)?.message;
}

function doubtAt(doubts: Issue[], name: string): string | undefined {
  const message = messageAt(doubts, name);
  return message && fill(text.providers.form.doubt, { message });
}

function conditionMessage(issues: Issue[], conditions: string[], index: number): string | undefined {
  return issues.find(
    ({ path: [name, sent] }) =>
      name === "conditions" && typeof sent === "number" && conditionAt(conditions, sent) === index,
  )?.message;
}
