import { Link } from "@tanstack/react-router";
import { BookOpen } from "lucide-react";
import { type SyntheticEvent, useRef, useState } from "react";

import {
  type Answers,
  draftOf,
  emptyAnswers,
  factField,
  fetchDraft,
  missingAnswers,
  problemsOf,
  ruleOf,
  useDraft,
  variantOf,
  asksAudience,
} from "./draft";
import { RulePreview } from "./rule-preview";
import { WorkspaceField } from "./workspace-field";
import type { Fact, Preset, SaveRule, Variant } from "@/api/contract";
import { messageOf } from "@/api/error";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Field } from "@/ui/field";
import { guideTarget } from "@/ui/guide-name";
import { PasswordInput, Select, TextInput } from "@/ui/input";
import { linkStyle } from "@/ui/link-style";

const words = text.providers.form;

interface FactsFormProps {
  projectId: string;
  preset: Preset;
  /** What the button says. */
  action: string;
  /** Saves the rule; what it throws is shown. */
  onSave: (rule: SaveRule) => Promise<unknown>;
  /** Lets the rule be named. */
  isNamed?: boolean;
  /** What stands beside the form already, so that the preview need not say it again. */
  toldWarnings?: readonly string[];
}

type Problems = Record<string, string>;

/** Asks for the facts of a preset and shows the rule that they make. */
export function FactsForm({
  projectId,
  preset,
  action,
  onSave,
  isNamed = false,
  toldWarnings = [],
}: FactsFormProps) {
  const [answers, setAnswers] = useState(() => emptyAnswers(preset));
  const [missing, setMissing] = useState<Problems>({});
  const [refused, setRefused] = useState<Problems>({});
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { draft, problems } = useDraft(projectId, preset, answers);
  const variant = variantOf(preset, answers);
  const shown = { ...refused, ...problems, ...missing };

  function change(changed: Partial<Answers>) {
    setAnswers((before) => ({ ...before, ...changed }));
    setMissing({});
    setRefused({});
  }

  async function save(event: SyntheticEvent) {
    event.preventDefault();
    const empty = missingAnswers(preset, answers);
    setMissing(empty);
    if (Object.keys(empty).length > 0) {
      focusFirstInvalid();
      return;
    }
    setBusy(true);
    try {
      const { settings } = await fetchDraft(projectId, draftOf(preset, answers));
      await onSave(ruleOf(settings, preset, answers));
    } catch (error) {
      const named = problemsOf(error);
      setRefused(
        Object.keys(named).some((name) => name in shownFields(preset)) ? named : { "": messageOf(error) },
      );
      focusFirstInvalid();
    } finally {
      setBusy(false);
    }
  }

  function focusFirstInvalid() {
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  }

  return (
    <form ref={form} noValidate onSubmit={(event) => void save(event)} className="space-y-5">
      {preset.variants.length > 1 && (
        <Field label={words.variant}>
          <Select
            value={answers.variant}
            onChange={(event) =>
              change({
                variant: event.target.value,
                workspace: 0,
                nameClaim: "",
              })
            }
          >
            {preset.variants.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {preset.facts.map((fact) => (
        <FactField
          key={fact.name}
          fact={fact}
          value={answers.facts[fact.name] ?? ""}
          error={shown[factField(fact.name)]}
          onChange={(value) => change({ facts: { ...answers.facts, [fact.name]: value } })}
        />
      ))}
      {variant && <AudienceFields variant={variant} answers={answers} problems={shown} onChange={change} />}
      {variant && (
        <WorkspaceField
          choices={variant.workspaces}
          chosen={answers.workspace}
          onChange={(workspace) => change({ workspace })}
        />
      )}
      {variant && variant.names.length > 0 && (
        <Field label={words.displayName} hint={words.displayNameHint} isOptional>
          <Select value={answers.nameClaim} onChange={(event) => change({ nameClaim: event.target.value })}>
            <option value="">{words.noDisplayName}</option>
            {variant.names.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {isNamed && (
        <Field label={words.ruleName} hint={words.ruleNameHint} error={shown.name} isOptional>
          <TextInput
            value={answers.ruleName}
            placeholder={preset.name}
            onChange={(event) => change({ ruleName: event.target.value })}
          />
        </Field>
      )}
      <RulePreview draft={draft} toldWarnings={toldWarnings} />
      {shown[""] && <Callout tone="danger">{shown[""]}</Callout>}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Link
          to="/guides/$"
          {...guideTarget(preset.guide)}
          target="_blank"
          className={`${linkStyle} inline-flex items-center gap-1.5`}
        >
          <BookOpen aria-hidden className="size-4" />
          {words.guide}
          <span className="sr-only"> {text.ui.newTab}</span>
        </Link>
        <Button type="submit" look="primary" isBusy={isBusy}>
          {action}
        </Button>
      </div>
    </form>
  );
}

interface FactFieldProps {
  fact: Fact;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function FactField({ fact, value, error, onChange }: FactFieldProps) {
  return (
    <Field label={fact.label} error={error} hint={fill(words.where, { where: fact.where })} isRequired>
      <TextInput
        isCode
        value={value}
        placeholder={fact.example}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}

interface AudienceFieldsProps {
  variant: Variant;
  answers: Answers;
  problems: Problems;
  onChange: (changed: Partial<Answers>) => void;
}

function AudienceFields({ variant, answers, problems, onChange }: AudienceFieldsProps) {
  return (
    <>
      {asksAudience(variant) && (
        <Field
          label={variant.audience_label ?? words.audience}
          hint={
            variant.audience_required ? words.audienceHint : `${words.audienceHint} ${words.audienceOptional}`
          }
          error={problems.audience}
          isRequired={variant.audience_required}
          isOptional={!variant.audience_required}
        >
          <TextInput
            isCode
            value={answers.audience}
            onChange={(event) => onChange({ audience: event.target.value })}
          />
        </Field>
      )}
      {variant.shared_secret && (
        <Field label={words.secret} hint={words.secretHint} error={problems.secret} isRequired>
          <PasswordInput
            autoComplete="off"
            value={answers.secret}
            onChange={(event) => onChange({ secret: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}

function shownFields(preset: Preset): Record<string, true> {
  const facts = preset.facts.map((fact) => [factField(fact.name), true] as const);
  return {
    ...Object.fromEntries(facts),
    audience: true,
    secret: true,
    name: true,
  };
}
