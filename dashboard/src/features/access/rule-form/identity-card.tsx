import { Plus, X } from "lucide-react";
import { useRef } from "react";

import { useRuleForm } from "./rule-context";
import { fill, text } from "@/text";
import { Button, IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

const words = text.access.form;
const mostConditions = 8;

/** Whose tokens the rule is for. */
export function IdentityCard() {
  const { values, change, errorOf } = useRuleForm();
  return (
    <Card title={words.identity} description={words.identityAbout}>
      <div className="space-y-5">
        <Field label={words.name} hint={words.nameHint} error={errorOf("name")} isRequired>
          <TextInput value={values.name} onChange={(event) => change({ name: event.target.value })} />
        </Field>
        <Field label={words.issuer} hint={words.issuerHint} error={errorOf("issuer")}>
          <TextInput
            isCode
            value={values.issuer}
            onChange={(event) => change({ issuer: event.target.value })}
          />
        </Field>
        <div className="grid gap-5 sm:grid-cols-[2fr_1fr]">
          <Field label={words.audience} hint={words.audienceHint} error={errorOf("audience")}>
            <TextInput
              isCode
              value={values.audience}
              onChange={(event) => change({ audience: event.target.value })}
            />
          </Field>
          <Field label={words.audienceClaim} hint={words.audienceClaimHint} error={errorOf("audience_claim")}>
            <TextInput
              isCode
              value={values.audience_claim}
              onChange={(event) => change({ audience_claim: event.target.value })}
            />
          </Field>
        </div>
        <Conditions />
      </div>
    </Card>
  );
}

function Conditions() {
  const { values, change, conditionError, errorOf } = useRuleForm();
  const list = useRef<HTMLDivElement>(null);
  const { conditions } = values;

  function replace(index: number, condition: string) {
    change({
      conditions: conditions.map((before, at) => (at === index ? condition : before)),
    });
  }

  function focusRow(index: number) {
    requestAnimationFrame(() => {
      const inputs = list.current?.querySelectorAll("input") ?? [];
      const next = inputs[Math.min(index, inputs.length - 1)] ?? list.current?.querySelector("button");
      next?.focus();
    });
  }

  return (
    <div ref={list} role="group" aria-label={words.conditions} className="space-y-2">
      <p className="text-[13px] font-medium">{words.conditions}</p>
      <p className="text-[13px] text-faint">{words.conditionsHint}</p>
      {conditions.map((condition, index) => (
        <div key={index} className="flex items-start gap-1.5">
          <Field
            className="flex-1"
            label={fill(words.condition, { number: index + 1 })}
            isLabelHidden
            error={conditionError(index)}
          >
            <TextInput
              isCode
              value={condition}
              placeholder={words.conditionPlaceholder}
              onChange={(event) => replace(index, event.target.value)}
            />
          </Field>
          <IconButton
            label={fill(words.removeCondition, { number: index + 1 })}
            icon={<X aria-hidden className="size-4" />}
            onClick={() => {
              change({
                conditions: conditions.filter((_, at) => at !== index),
              });
              focusRow(index);
            }}
          />
        </div>
      ))}
      {errorOf("conditions") && <p className="text-[13px] text-danger-ink">{errorOf("conditions")}</p>}
      {conditions.length < mostConditions && (
        <Button
          size="sm"
          icon={<Plus aria-hidden className="size-3.5" />}
          onClick={() => {
            change({ conditions: [...conditions, ""] });
            focusRow(conditions.length);
          }}
        >
          {words.addCondition}
        </Button>
      )}
    </div>
  );
}
