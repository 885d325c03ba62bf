import clsx from "clsx";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

import type { Step } from "./checklist";
import { text } from "@/text";

const words = text.overview.steps;

interface StepItemProps {
  step: Step;
  /** Its place, from 1. */
  place: number;
  children: ReactNode;
}

/** A step of the checklist. */
export function StepItem({ step, place, children }: StepItemProps) {
  const { name, state } = step;
  return (
    <li
      aria-current={state === "current" ? "step" : undefined}
      className="group relative flex gap-4 pb-7 last:pb-0"
    >
      <span aria-hidden className="absolute top-8 bottom-1 left-[13.5px] w-px bg-line group-last:hidden" />
      <Mark state={state} place={place} />
      <div className="min-w-0 flex-1 pt-0.5">
        <h3 className={clsx("font-medium", state === "open" && "text-soft")}>
          {words[name].title}
          <span className="sr-only"> ({words[state]})</span>
        </h3>
        <div className="mt-0.5 space-y-3 text-pretty text-soft">{children}</div>
      </div>
    </li>
  );
}

function Mark({ state, place }: { state: Step["state"]; place: number }) {
  return (
    <span
      aria-hidden
      className={clsx(
        "relative grid size-7 shrink-0 place-items-center rounded-full text-[13px] font-semibold ring-1 ring-inset",
        state === "done" && "bg-ok-tint text-ok-ink ring-ok-ink/25",
        state === "current" && "bg-accent text-white ring-transparent",
        state === "open" && "bg-sunken text-faint ring-line",
      )}
    >
      {state === "done" ? <Check className="size-4" strokeWidth={2.5} /> : place}
    </span>
  );
}

/** Says that something is being waited for. */
export function Waiting({ children }: { children: ReactNode }) {
  return (
    <p className="inline-flex items-center gap-2.5 rounded-full border border-accent-ink/20 bg-accent-tint py-1 pr-3.5 pl-3 font-medium text-accent-ink">
      <span aria-hidden className="size-2 animate-breathe rounded-full bg-accent-ink" />
      {children}
    </p>
  );
}
