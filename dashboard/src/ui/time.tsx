import clsx from "clsx";
import { useSyncExternalStore } from "react";

import { text } from "@/text";

type Shown = "relative" | "date" | "full";

interface TimeProps {
  /** ISO 8601. */
  at: string | null;
  /** `relative`: "3 minutes ago"; `date`: the day; `full`: date and time with the distance. */
  show?: Shown;
  /** Instead of a time that is null. */
  fallback?: string;
}

/** A moment, in the viewer's zone and words; pointing at it gives it in UTC. */
export function Time({ at, show = "relative", fallback = text.ui.never }: TimeProps) {
  const now = useNow();
  if (at === null) return <span className="text-faint">{fallback}</span>;
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span className="text-faint">{text.ui.unknownTime}</span>;
  return (
    <time
      dateTime={at}
      title={utc(date)}
      className={clsx("tabular-nums", show !== "full" && "whitespace-nowrap")}
    >
      {write(date, show, now)}
    </time>
  );
}

function write(date: Date, show: Shown, now: number): string {
  if (show === "date") return local(date, { dateStyle: "medium" });
  const distance = relative(date, now);
  if (show === "relative") return distance;
  return `${local(date, { dateStyle: "medium", timeStyle: "short" })} (${distance})`;
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
];

/** The distance from now in words, in the largest unit that fits. */
export function relative(date: Date, now: number): string {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, {
    numeric: "auto",
  });
  let amount = (date.getTime() - now) / 1000;
  // A clock that is a little off must not make "in 3 seconds" of what has just happened.
  if (Math.abs(amount) < 10) amount = 0;
  for (const [unit, size] of steps) {
    if (Math.abs(Math.round(amount)) < size) return format.format(Math.round(amount), unit);
    amount /= size;
  }
  return format.format(Math.round(amount), "year");
}

/** The moment in UTC, as "2026-09-21 14:13:20 UTC". */
export function utc(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function local(date: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, options).format(date);
}

// One clock for all the times of a page.
const everyMs = 20_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** The present, renewed often enough for times in words. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now();
    timer = setInterval(tick, everyMs);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
