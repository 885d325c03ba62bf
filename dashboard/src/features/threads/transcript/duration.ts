import { fill, number, text } from "@/text";

/** How long an answer took in words, where the client measured it. */
export function durationOf(timing: unknown): string | undefined {
  if (typeof timing !== "object" || timing === null) return undefined;
  const { totalStreamTime: milliseconds } = timing as { totalStreamTime?: unknown };
  if (typeof milliseconds !== "number" || !(milliseconds >= 0)) return undefined;
  return fill(text.threads.seconds, { count: number(Math.round(milliseconds / 100) / 10) });
}
