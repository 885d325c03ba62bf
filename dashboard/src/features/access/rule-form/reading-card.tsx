import { useId, useState } from "react";

import { workspaceWords } from "../workspace-words";
import { RadioList } from "./radio-list";
import { useRuleForm } from "./rule-context";
import { type Suggestion, suggestionsOf } from "./values";
import { text } from "@/text";
import { Card } from "@/ui/card";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

const words = text.access.form;

/** Who the user of a token is, which workspace it opens, and what to call the user. */
export function ReadingCard() {
  const { values, change, errorOf, preset } = useRuleForm();
  return (
    <Card title={words.reading} description={words.readingAbout}>
      <div className="space-y-5">
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={words.user} hint={words.userHint} error={errorOf("user_claim")} isRequired>
            <TextInput
              isCode
              value={values.user_claim}
              onChange={(event) => change({ user_claim: event.target.value })}
            />
          </Field>
          <Field label={words.prefix} hint={words.prefixHint} error={errorOf("user_prefix")} isOptional>
            <TextInput
              isCode
              value={values.user_prefix}
              onChange={(event) => change({ user_prefix: event.target.value })}
            />
          </Field>
        </div>
        <WorkspaceSetting />
        <NameSetting suggestions={suggestionsOf(preset, "names")} />
      </div>
    </Card>
  );
}

const personal = "";
const other = "other claim";
const usual: Suggestion[] = [{ value: personal, label: text.access.workspace.personal }];

function WorkspaceSetting() {
  const { values, change, errorOf, preset, isStored } = useRuleForm();
  const suggested = suggestionsOf(preset, "workspaces");
  const choices = suggested.length > 0 ? suggested : usual;
  const isSuggested = choices.some((choice) => choice.value === values.workspace);
  const [isOther, setOther] = useState(!isSuggested);
  const chosen = isOther ? other : values.workspace;
  const claim = values.workspace.trim() === "" ? null : values.workspace.trim();
  const inWords = workspaceWords({ ...values, workspace: claim });
  return (
    <div className="space-y-4">
      <RadioList
        label={words.workspace}
        hint={words.workspaceHint}
        value={chosen}
        choices={[
          ...choices.map((choice) => ({
            value: choice.value,
            label: choice.label,
            about:
              choice.value === "" ? undefined : <code className="font-mono text-xs">{choice.value}</code>,
          })),
          { value: other, label: words.workspaceOther },
        ]}
        onChange={(value) => {
          setOther(value === other);
          if (value !== other) change({ workspace: value });
        }}
      />
      {isOther && (
        <Field label={words.workspaceClaim} hint={words.workspaceClaimHint} error={errorOf("workspace")}>
          <TextInput
            isCode
            value={values.workspace}
            onChange={(event) => change({ workspace: event.target.value })}
          />
        </Field>
      )}
      {inWords.fallback !== null && (
        <RadioList
          label={words.fallback}
          value={values.workspace_fallback}
          choices={[
            { value: "refuse", label: words.fallbacks.refuse },
            { value: "sub", label: words.fallbacks.sub },
          ]}
          onChange={(fallback) => change({ workspace_fallback: fallback })}
        />
      )}
      <p aria-live="polite" className="text-[13px] text-soft">
        <span className="font-medium text-ink">{words.workspaceInWords}</span>
        {": "}
        {inWords.rule}
        {isStored && <span className="block text-faint">{words.changed}</span>}
      </p>
    </div>
  );
}

function NameSetting({ suggestions }: { suggestions: Suggestion[] }) {
  const { values, change, errorOf } = useRuleForm();
  const listId = useId();
  return (
    <Field label={words.nameClaim} hint={words.nameClaimHint} error={errorOf("name_claim")} isOptional>
      <TextInput
        isCode
        list={suggestions.length > 0 ? listId : undefined}
        value={values.name_claim}
        onChange={(event) => change({ name_claim: event.target.value })}
      />
      {suggestions.length > 0 && (
        <datalist id={listId}>
          {suggestions.map((suggestion) => (
            <option key={suggestion.value} value={suggestion.value}>
              {suggestion.label}
            </option>
          ))}
        </datalist>
      )}
    </Field>
  );
}
