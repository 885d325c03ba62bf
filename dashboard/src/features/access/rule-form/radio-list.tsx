import { type ReactNode, useId } from "react";

interface RadioListProps<Value extends string> {
  label: string;
  hint?: string;
  value: Value;
  choices: { value: Value; label: ReactNode; about?: ReactNode }[];
  onChange: (value: Value) => void;
}

/** One of a few, each with a word about it. */
export function RadioList<Value extends string>({
  label,
  hint,
  value,
  choices,
  onChange,
}: RadioListProps<Value>) {
  const id = useId();
  return (
    <fieldset aria-describedby={hint ? `${id}hint` : undefined} className="min-w-0">
      <legend className="text-[13px] font-medium">{label}</legend>
      {hint && (
        <p id={`${id}hint`} className="text-[13px] text-faint">
          {hint}
        </p>
      )}
      <div className="mt-1.5 divide-y divide-line overflow-hidden rounded-xl border border-line">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="flex min-h-10 cursor-pointer items-start gap-3 px-3.5 py-2.5 hover:bg-hover/60 has-checked:bg-accent-tint/60 has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent-ink"
          >
            <input
              type="radio"
              name={id}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="mt-[3px] size-4 shrink-0 accent-[var(--accent)] outline-none"
            />
            <span className="min-w-0">
              {choice.label}
              {choice.about && (
                <span className="block text-[13px] [overflow-wrap:anywhere] text-soft">{choice.about}</span>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
