import clsx from "clsx";
import type { ReactNode } from "react";

/** What a color says; never the color alone, there is always a word. */
export type Tone = "neutral" | "accent" | "ok" | "warn" | "danger";

const tones: Record<Tone, string> = {
  neutral: "bg-sunken text-soft ring-line dark:bg-hover",
  accent: "bg-accent-tint text-accent-ink ring-accent-ink/20",
  ok: "bg-ok-tint text-ok-ink ring-ok-ink/20",
  warn: "bg-warn-tint text-warn-ink ring-warn-ink/25",
  danger: "bg-danger-tint text-danger-ink ring-danger-ink/20",
};

/** A word about the state of something. */
export function Badge({
  tone = "neutral",
  icon,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span
      className={clsx(
        "inline-flex max-w-full items-center gap-1 rounded-md px-1.5 py-0.5 text-xs font-medium whitespace-nowrap ring-1 ring-inset",
        tones[tone],
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}
