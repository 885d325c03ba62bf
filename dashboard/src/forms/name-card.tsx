import type { ReactNode } from "react";

import { required, useForm } from "./use-form";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { type Fact, Facts } from "@/ui/facts";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

interface NameCardProps {
  title: string;
  /** As it is saved. */
  name: string;
  label: string;
  hint: string;
  autoComplete?: string;
  /** Saves it, and gives what the server made of it. */
  onSave: (name: string) => Promise<string>;
  actions?: ReactNode;
  /** What there is to know beside the name. */
  facts: Fact[];
}

/** Something's name, to change, with its facts. */
export function NameCard({ title, name, label, hint, autoComplete, onSave, actions, facts }: NameCardProps) {
  const form = useForm<{ name: string }>({
    initial: { name },
    validate: (values) => required(values, "name"),
    submit: async (values) => {
      form.reset({ name: await onSave(values.name.trim()) });
    },
  });
  const isChanged = form.values.name.trim() !== name;
  return (
    <form noValidate onSubmit={form.onSubmit} className="min-w-0">
      <Card
        className="h-full"
        title={title}
        actions={actions}
        footer={
          <Button type="submit" look={isChanged ? "primary" : "secondary"} isBusy={form.isBusy}>
            {text.ui.save}
          </Button>
        }
      >
        <div className="space-y-5">
          <Field label={label} hint={hint} error={form.errorOf("name")} isRequired>
            <TextInput
              value={form.values.name}
              maxLength={255}
              {...(autoComplete && { autoComplete })}
              onChange={(event) => form.change({ name: event.target.value })}
            />
          </Field>
          {form.problem && <Callout tone="danger">{form.problem}</Callout>}
          <Facts items={facts} />
        </div>
      </Card>
    </form>
  );
}
