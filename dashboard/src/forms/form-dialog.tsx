import { type ReactNode, useId } from "react";

import type { Form } from "./use-form";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

interface FormDialogProps {
  form: Pick<Form<object>, "isBusy" | "onSubmit" | "problem">;
  title: string;
  description: ReactNode;
  /** What the button that sends it says. */
  action: string;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
}

/** A short form on top of the page, to be sent or left. */
export function FormDialog({ form, title, description, action, onClose, children }: FormDialogProps) {
  const id = useId();
  return (
    <Dialog
      onClose={onClose}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button type="submit" form={id} look="primary" isBusy={form.isBusy}>
            {action}
          </Button>
        </>
      }
    >
      <form id={id} noValidate onSubmit={form.onSubmit} className="space-y-4">
        {children}
        {form.problem && <Callout tone="danger">{form.problem}</Callout>}
      </form>
    </Dialog>
  );
}

interface NameFieldProps {
  form: Pick<Form<{ name: string }>, "values" | "change" | "errorOf">;
  label: string;
  hint?: string;
}

/** The name of what is about to be made. */
export function NameField({ form, label, hint }: NameFieldProps) {
  return (
    <Field label={label} hint={hint} error={form.errorOf("name")} isRequired>
      <TextInput
        value={form.values.name}
        maxLength={255}
        onChange={(event) => form.change({ name: event.target.value })}
      />
    </Field>
  );
}
