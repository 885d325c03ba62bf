import { useId } from "react";

import type { WorkspaceChoice } from "@/api/contract";
import { fill, text } from "@/text";

const words = text.providers.form;

interface WorkspaceFieldProps {
  choices: WorkspaceChoice[];
  /** The place in the list. */
  chosen: number;
  onChange: (index: number) => void;
}

/** Who shares threads with whom: a choice of what names the workspace. */
export function WorkspaceField({ choices, chosen, onChange }: WorkspaceFieldProps) {
  const id = useId();
  return (
    <fieldset aria-describedby={`${id}hint`}>
      <legend className="text-[13px] font-medium">{words.workspace}</legend>
      <p id={`${id}hint`} className="mb-2 text-[13px] text-faint">
        {words.workspaceHint}
      </p>
      <div className="divide-y divide-line overflow-hidden rounded-xl border border-line">
        {choices.map((choice, index) => (
          <label
            key={index}
            className="flex min-h-10 cursor-pointer items-start gap-3 px-3.5 py-2.5 hover:bg-hover/60 has-checked:bg-accent-tint/60"
          >
            <input
              type="radio"
              name={id}
              checked={index === chosen}
              onChange={() => onChange(index)}
              className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]"
            />
            <span className="min-w-0">
              {choice.label}
              {choice.value !== "" && (
                <code className="block font-mono text-xs break-all text-faint">
                  {fill(words.claim, { claim: choice.value })}
                </code>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
