import { useCallback, useMemo } from "react";

import { LongText, shownAtFirst } from "./long-text";
import { JsonSource } from "../transcript/json-source";
import { jsonStart, jsonText } from "../transcript/json-text";
import { CopyButton } from "@/ui/copy-button";

/** A stored value as JSON, or the text itself where it is one; to copy. */
export function JsonBlock({ value, label }: { value: unknown; label: string }) {
  const string = useMemo(() => (value instanceof JsonSource ? value.string : stringOf(value)), [value]);
  const start = useMemo(() => string ?? jsonStart(value, 2 * shownAtFirst), [string, value]);
  const whole = useCallback(() => string ?? jsonText(value), [string, value]);
  return (
    <div className="relative min-w-0 rounded-lg border border-line bg-sunken">
      <div
        role="region"
        aria-label={label}
        // It scrolls, so that it must be reachable by the keyboard.
        tabIndex={0} // eslint-disable-line jsx-a11y-x/no-noninteractive-tabindex
        className="max-h-96 overflow-auto py-2.5 pr-11 pl-3 focus-visible:-outline-offset-2"
      >
        <LongText text={start} whole={whole} isCode />
      </div>
      <div className="absolute top-1 right-1.5 rounded-lg bg-sunken">
        <CopyButton value={whole} what={label} />
      </div>
    </div>
  );
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
