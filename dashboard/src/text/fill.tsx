import { Fragment, type ReactNode } from "react";

type Trim<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Trim<Rest> : never;

/** The names in braces of a text. */
export type Names<S extends string> = string extends S ? string : Trim<S>;

/** A text for each plural category of the language. */
export interface Plural {
  one: string;
  other: string;
}

const placeholder = /\{(\w+)\}/g;

/** Puts values where their names stand in braces. */
export function fill<S extends string>(text: S, values: Record<Names<S>, string | number>): string {
  const known: Record<string, string | number> = values;
  return text.replace(placeholder, (whole, name: string) => String(known[name] ?? whole));
}

/** Like `fill`, with elements for values: `fillNodes("Read {guide}", { guide: <a>…</a> })`. */
export function fillNodes<S extends string>(text: S, values: Record<Names<S>, ReactNode>): ReactNode {
  const known: Record<string, ReactNode> = values;
  return text.split(placeholder).map((part, index) =>
    // The split leaves the names at the odd places.
    index % 2 === 1 ? <Fragment key={index}>{known[part]}</Fragment> : part,
  );
}

let rules: Intl.PluralRules | undefined;
let numbers: Intl.NumberFormat | undefined;

/** The form of a text that goes with `count`; `{count}` in it is the number as the language writes it. */
export function plural(count: number, forms: Plural): string {
  rules ??= new Intl.PluralRules(document.documentElement.lang);
  const form = rules.select(count) === "one" ? forms.one : forms.other;
  return fill(form, { count: number(count) });
}

/** A number as the language writes it. */
export function number(value: number): string {
  numbers ??= new Intl.NumberFormat(document.documentElement.lang);
  return numbers.format(value);
}
