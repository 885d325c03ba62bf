import { CircleAlert, CircleCheck } from "lucide-react";

import type { Check } from "./use-check";
import { fill, plural, text } from "@/text";

const words = text.access.form;

/** Whether the rule could be saved as it stands. */
export function CheckLine({ check }: { check: Check }) {
  return (
    <p role="status" className="flex min-w-0 items-center gap-1.5 text-[13px] text-soft">
      {check.state === "good" && <CircleCheck aria-hidden className="size-4 shrink-0 text-ok-ink" />}
      {check.state === "bad" && <CircleAlert aria-hidden className="size-4 shrink-0 text-danger-ink" />}
      {written(check)}
    </p>
  );
}

function written(check: Check): string {
  if (check.state === "good") return words.checkedOk;
  if (check.state === "bad") return plural(check.issues.length, words.checkedBad);
  if (check.state === "unknown") return fill(words.checkFailed, { problem: check.problem });
  return words.incomplete;
}
