import clsx from "clsx";
import { useEffect, useState } from "react";

import { brokenRule, characters, leastScore, loadRate, type Rate, type Score, shortest } from "./strength";
import { fill, plural, text } from "@/text";
import { Field } from "@/ui/field";
import { PasswordInput } from "@/ui/input";

const words = text.passwords;

interface NewPasswordFieldProps {
  label?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  /** Name and address: words that others would try first. */
  own?: string[];
}

/** A password that is being chosen, with its strength. */
export function NewPasswordField({
  label = words.label,
  value,
  onChange,
  error,
  own = [],
}: NewPasswordFieldProps) {
  const [rate, setRate] = useState<Rate>();
  const score = value === "" ? undefined : rate?.(value, own);
  return (
    <Field label={label} error={error} hint={describe(value, score) || words.hint} isRequired>
      <PasswordInput
        name="password"
        autoComplete="new-password"
        value={value}
        onFocus={() => {
          // The form works without it: the server checks as well.
          loadRate().then(
            (loaded) => setRate(() => loaded),
            () => undefined,
          );
        }}
        onChange={(event) => onChange(event.target.value)}
      />
      <StrengthMeter password={value} score={score} />
    </Field>
  );
}

const bars = ["bg-danger-ink", "bg-danger-ink", "bg-warn-ink", "bg-ok-ink", "bg-ok-ink"];

function StrengthMeter({ password, score }: { password: string; score: Score | undefined }) {
  const broken = brokenRule(password, score);
  const told = useSettled(describe(password, score));
  const filled = password === "" || score === undefined ? 0 : Math.max(1, score);
  return (
    <div className="mt-2">
      <div aria-hidden className="flex gap-1">
        {[1, 2, 3, 4].map((bar) => (
          <span
            key={bar}
            className={clsx(
              "h-1 flex-1 rounded-full transition-colors",
              bar <= filled && score !== undefined ? bars[broken === "short" ? 1 : score] : "bg-line",
            )}
          />
        ))}
      </div>
      <p role="status" className="sr-only">
        {told}
      </p>
    </div>
  );
}

/** What is to be said about a password: what is missing, else how strong it is. */
export function describe(password: string, score: Score | undefined): string {
  if (password === "") return "";
  const broken = brokenRule(password, score);
  if (broken === "short") return plural(shortest - characters(password), words.tooShort);
  if (broken === "long") return words.tooLong;
  if (score === undefined) return "";
  const strength = fill(words.strength, { strength: words.scores[score] });
  return score < leastScore ? words.guessable : strength;
}

/** What can be told about a form's password before the server is asked. */
export function passwordProblem({ password }: { password: string }): {
  password?: string;
} {
  if (password === "") return { password: text.ui.required };
  const isBroken = brokenRule(password, undefined) !== undefined;
  return isBroken ? { password: describe(password, undefined) } : {};
}

const settleMs = 800;

/** Reading every letter's verdict aloud would drown the typing. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
