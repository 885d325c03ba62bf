import { type ReactNode, type SyntheticEvent, useId, useState } from "react";

import { Button } from "./button";
import { Callout } from "./callout";
import { Dialog } from "./dialog";
import { Field } from "./field";
import { TextInput } from "./input";
import { messageOf } from "@/api/error";
import { fill, text } from "@/text";

interface ConfirmDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What happens, exactly. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  /** Does it. The dialog closes when it is done, and shows the refusal otherwise. */
  onConfirm: () => Promise<unknown>;
  isDangerous?: boolean;
  /** What has to be typed first. */
  typedName?: string;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  // Mounted anew at each opening, so that nothing of the last time remains.
  return props.isOpen ? <OpenConfirmDialog {...props} /> : null;
}

function OpenConfirmDialog({
  onClose,
  title,
  children,
  action,
  onConfirm,
  isDangerous = true,
  typedName,
}: ConfirmDialogProps) {
  const formId = useId();
  const [typed, setTyped] = useState("");
  const [isMistyped, setMistyped] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function confirm(event: SyntheticEvent) {
    event.preventDefault();
    if (typedName !== undefined && typed.trim() !== typedName) {
      setMistyped(true);
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  }

  return (
    <Dialog
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button type="submit" form={formId} look={isDangerous ? "danger" : "primary"} isBusy={isBusy}>
            {action}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={(event) => void confirm(event)} className="space-y-4">
        <div className="space-y-2 text-soft">{children}</div>
        {typedName !== undefined && (
          <Field
            label={fill(text.ui.typeToConfirm, { name: typedName })}
            error={isMistyped ? text.ui.typedWrong : undefined}
            isRequired
          >
            <TextInput
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setMistyped(false);
              }}
            />
          </Field>
        )}
        {problem && <Callout tone="danger">{problem}</Callout>}
      </form>
    </Dialog>
  );
}
