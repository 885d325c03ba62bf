import { type SyntheticEvent, useRef, useState } from "react";

import { ApiError, messageOf } from "@/api/error";
import { text } from "@/text";

type Problems<Values> = Partial<Record<keyof Values & string, string>>;

interface FormOptions<Values> {
  initial: Values;
  /** What can be told before the server is asked. */
  validate?: (values: Values) => Problems<Values>;
  /** Sends it. What it throws is shown at the fields that the server names, or above the buttons. */
  submit: (values: Values) => Promise<unknown>;
}

/** A form: its values, what is wrong with them, and its sending. */
export interface Form<Values> {
  values: Values;
  /** Changes some values; what was wrong with them is forgotten. */
  change: (values: Partial<Values>) => void;
  /** What is wrong with a field. */
  errorOf: (name: keyof Values & string) => string | undefined;
  /** What is wrong with no field in particular. */
  problem: string | undefined;
  /** The refusal behind it, for those who want more than the message. */
  refusal: ApiError | undefined;
  isBusy: boolean;
  /** For the form element, along with `noValidate`. */
  onSubmit: (event: SyntheticEvent<HTMLFormElement>) => void;
  /** Starts over with other values. */
  reset: (values: Values) => void;
}

export function useForm<Values extends object>({
  initial,
  validate,
  submit,
}: FormOptions<Values>): Form<Values> {
  const [values, setValues] = useState(initial);
  const [problems, setProblems] = useState<Problems<Values>>({});
  const [refusal, setRefusal] = useState<ApiError>();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  // Two quick presses come before the state is drawn.
  const isSending = useRef(false);

  async function send(element: HTMLFormElement) {
    if (isSending.current) return;
    const found = validate?.(values) ?? {};
    setProblems(found);
    setProblem(undefined);
    setRefusal(undefined);
    if (Object.keys(found).length > 0) {
      focusFirstInvalid(element);
      return;
    }
    isSending.current = true;
    setBusy(true);
    try {
      await submit(values);
    } catch (error) {
      showRefusal(error, element);
    } finally {
      isSending.current = false;
      setBusy(false);
    }
  }

  function showRefusal(error: unknown, element: HTMLFormElement) {
    const named = error instanceof ApiError ? problemsOf(error, values) : {};
    const isNamed = Object.keys(named).length > 0;
    setProblems(named);
    setProblem(isNamed ? undefined : messageOf(error));
    if (error instanceof ApiError) setRefusal(error);
    if (isNamed) focusFirstInvalid(element);
  }

  return {
    values,
    change: (changed) => {
      setValues((before) => ({ ...before, ...changed }));
      setProblems((before) => without(before, Object.keys(changed)));
    },
    errorOf: (name) => problems[name],
    problem,
    refusal,
    isBusy,
    onSubmit: (event) => {
      event.preventDefault();
      void send(event.currentTarget);
    },
    reset: (fresh) => {
      setValues(fresh);
      setProblems({});
      setProblem(undefined);
      setRefusal(undefined);
    },
  };
}

/** A check for fields that must not be empty. */
export function required<Values extends object>(
  values: Values,
  ...names: (keyof Values & string)[]
): Problems<Values> {
  const empty = names.filter((name) => String(values[name]).trim() === "");
  return Object.fromEntries(empty.map((name) => [name, text.ui.required])) as Problems<Values>;
}

function problemsOf<Values extends object>(error: ApiError, values: Values): Problems<Values> {
  const named: Problems<Values> = {};
  for (const issue of error.issues) {
    const name = issue.path[0];
    if (typeof name === "string" && name in values) named[name as keyof Values & string] ??= issue.message;
  }
  return named;
}

function without<Values>(problems: Problems<Values>, names: string[]): Problems<Values> {
  return Object.fromEntries(
    Object.entries(problems).filter(([name]) => !names.includes(name)),
  ) as Problems<Values>;
}

function focusFirstInvalid(form: HTMLFormElement): void {
  // After the errors are drawn, which mark the fields.
  requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
