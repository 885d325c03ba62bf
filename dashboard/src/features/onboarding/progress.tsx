import clsx from "clsx";
import { Check } from "lucide-react";

import { type Step, stagesOf } from "./steps";
import { text } from "@/text";

const words = text.onboarding.steps;

/** How far along one is. */
export function Progress({ step, way }: { step: Step; way: string | undefined }) {
  const { stages, current } = stagesOf(step, way);
  return (
    <ol aria-label={words.label} className="flex items-center gap-2">
      {stages.map((stage, index) => (
        <li
          key={stage}
          aria-current={index === current ? "step" : undefined}
          className={clsx(
            "flex items-center gap-2 text-[13px] font-medium",
            index === current ? "text-ink" : "text-faint",
          )}
        >
          {index > 0 && <span aria-hidden className="h-px w-3 bg-line sm:w-6" />}
          <span
            aria-hidden
            className={clsx(
              "grid size-5 place-items-center rounded-full text-[11px]",
              index === current && "bg-accent text-white",
              index < current && "bg-ok-tint text-ok-ink",
              index > current && "border border-line",
            )}
          >
            {index < current ? <Check className="size-3" /> : index + 1}
          </span>
          <span className={clsx("whitespace-nowrap", index !== current && "max-sm:sr-only")}>
            {words[stage]}
          </span>
        </li>
      ))}
    </ol>
  );
}
