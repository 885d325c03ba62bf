import clsx from "clsx";
import { CircleAlert } from "lucide-react";
import { createContext, type ReactNode, use, useId } from "react";

import { text } from "@/text";

interface Control {
  id: string;
  describedBy: string | undefined;
  isInvalid: boolean;
  isRequired: boolean;
}

const ControlContext = createContext<Control | null>(null);

/** What a control inside a `Field` puts on its element. */
export function useControl(): {
  id?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
  "aria-required"?: true | undefined;
} {
  const control = use(ControlContext);
  if (!control) return {};
  return {
    id: control.id,
    "aria-describedby": control.describedBy,
    "aria-invalid": control.isInvalid || undefined,
    "aria-required": control.isRequired || undefined,
  };
}

interface FieldProps {
  label: ReactNode;
  /** Stands under the control. */
  hint?: ReactNode;
  /** What is wrong, and how to mend it. */
  error?: string | undefined;
  isRequired?: boolean;
  /** Says so beside the label. */
  isOptional?: boolean;
  /** Keeps the label for those who listen only. */
  isLabelHidden?: boolean;
  /** Stands at the right end of the label's line. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A label, one control, its hint and its error, tied together. */
export function Field({
  label,
  hint,
  error,
  isRequired = false,
  isOptional = false,
  isLabelHidden = false,
  aside,
  className,
  children,
}: FieldProps) {
  const id = useId();
  const hintId = `${id}hint`;
  const errorId = `${id}error`;
  const describedBy = [error && errorId, hint && hintId].filter(Boolean).join(" ") || undefined;
  return (
    <div className={clsx("min-w-0", className)}>
      <div
        className={clsx("flex items-baseline justify-between gap-3", isLabelHidden ? "sr-only" : "mb-1.5")}
      >
        <label htmlFor={id} className="text-[13px] font-medium">
          {label}
          {isOptional && <span className="ml-1.5 font-normal text-faint">{text.ui.optional}</span>}
        </label>
        {aside}
      </div>
      <ControlContext value={{ id, describedBy, isInvalid: Boolean(error), isRequired }}>
        {children}
      </ControlContext>
      {error && (
        <p id={errorId} className="mt-1.5 flex items-start gap-1.5 text-[13px] text-danger-ink">
          <CircleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
          {error}
        </p>
      )}
      {hint && (
        <p id={hintId} className="mt-1.5 text-[13px] text-faint">
          {hint}
        </p>
      )}
    </div>
  );
}
