import { useId } from "react";

import type { Role } from "@/api/contract";
import { text } from "@/text";

interface RoleFieldProps {
  label: string;
  choices: Role[];
  chosen: Role;
  onChange: (role: Role) => void;
  error: string | undefined;
}

/** A choice of a role, each with what it may do. */
export function RoleField({ label, choices, chosen, onChange, error }: RoleFieldProps) {
  const id = useId();
  return (
    <fieldset aria-describedby={error ? `${id}error` : undefined}>
      <legend className="mb-1.5 text-[13px] font-medium">{label}</legend>
      <div className="divide-y divide-line overflow-hidden rounded-xl border border-line">
        {choices.map((role) => (
          <label
            key={role}
            className="flex cursor-pointer items-start gap-3 px-3.5 py-2.5 hover:bg-hover/60 has-checked:bg-accent-tint/60 has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent-ink"
          >
            <input
              type="radio"
              name={id}
              checked={role === chosen}
              onChange={() => onChange(role)}
              className="mt-0.5 size-4 shrink-0 accent-[var(--accent)] focus-visible:outline-none"
            />
            <span className="min-w-0 font-medium">
              {text.ui.role[role]}
              <span className="block text-[13px] font-normal text-soft">{text.members.about[role]}</span>
            </span>
          </label>
        ))}
      </div>
      {error && (
        <p id={`${id}error`} className="mt-1.5 text-[13px] text-danger-ink">
          {error}
        </p>
      )}
    </fieldset>
  );
}
