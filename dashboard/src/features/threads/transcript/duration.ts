import type { JsonSource } from "./json-source";
import { fill, number, text } from "@/text";

/** How long an answer took in words, where the client measured it. */
export function durationOf(timing: JsonSource | null): string | undefined {
  // What clients measure is a handful of numbers.
  if (timing === null || timing.text.length > 2_000) return undefined;
  const measured: unknown = JSON.parse(timing.text);
  if (typeof measured !== "object" || measured === null) return undefined;
  const { totalStreamTime: milliseconds } = measured as { totalStreamTime?: unknown };
  if (typeof milliseconds !== "number" || !(milliseconds >= 0)) return undefined;
  return fill(text.threads.seconds, { count: number(Math.round(milliseconds / 100) / 10) });
}
