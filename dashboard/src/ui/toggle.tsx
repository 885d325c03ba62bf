import clsx from "clsx";
import { Switch as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";

interface ToggleProps {
  label: ReactNode;
  description?: ReactNode;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  /** Why it cannot be changed. */
  disabledReason?: string | undefined;
}

/** A setting that takes effect at once. */
export function Switch({ label, description, isOn, onChange, disabledReason }: ToggleProps) {
  const id = useId();
  const about = disabledReason ?? description;
  return (
    <div className="flex items-start justify-between gap-6">
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {description && <p className="mt-0.5 text-[13px] text-soft">{description}</p>}
        {about && (
          <p id={`${id}about`} className={disabledReason ? "mt-0.5 text-[13px] text-faint" : "sr-only"}>
            {about}
          </p>
        )}
      </div>
      <Radix.Root
        id={id}
        checked={isOn}
        onCheckedChange={onChange}
        disabled={disabledReason !== undefined}
        aria-describedby={about ? `${id}about` : undefined}
        className="relative mt-0.5 inline-flex h-6 w-10 shrink-0 items-center rounded-full bg-edge transition-colors disabled:cursor-not-allowed disabled:opacity-55 data-[state=checked]:bg-accent"
      >
        <Radix.Thumb className="size-[18px] translate-x-[3px] rounded-full bg-white shadow-sm transition-transform data-[state=checked]:translate-x-[19px]" />
      </Radix.Root>
    </div>
  );
}

/** A yes or no that is sent with a form. */
export function Checkbox({ label, description, isOn, onChange, disabledReason }: ToggleProps) {
  const id = useId();
  const about = disabledReason ?? description;
  return (
    <div className="flex items-start gap-2.5">
      <input
        id={id}
        type="checkbox"
        checked={isOn}
        disabled={disabledReason !== undefined}
        aria-describedby={about ? `${id}about` : undefined}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-[1px] size-[18px] shrink-0 accent-[var(--accent)]"
      />
      <div>
        <label htmlFor={id} className={clsx(disabledReason && "text-faint")}>
          {label}
        </label>
        {about && (
          <p id={`${id}about`} className="text-[13px] text-faint">
            {about}
          </p>
        )}
      </div>
    </div>
  );
}
