import clsx from "clsx";
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import type { Tone } from "./badge";

const looks = {
  neutral: {
    box: "bg-sunken border-line",
    icon: <Info className="text-faint" />,
  },
  accent: {
    box: "bg-accent-tint border-accent-ink/20",
    icon: <Info className="text-accent-ink" />,
  },
  ok: {
    box: "bg-ok-tint border-ok-ink/20",
    icon: <CircleCheck className="text-ok-ink" />,
  },
  warn: {
    box: "bg-warn-tint border-warn-ink/25",
    icon: <TriangleAlert className="text-warn-ink" />,
  },
  danger: {
    box: "bg-danger-tint border-danger-ink/20",
    icon: <CircleAlert className="text-danger-ink" />,
  },
} satisfies Record<Tone, { box: string; icon: ReactNode }>;

interface CalloutProps {
  tone?: Tone;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

/** Something to notice. Problems (`danger`) are read aloud as they appear. */
export function Callout({ tone = "neutral", title, children, actions }: CalloutProps) {
  const look = looks[tone];
  return (
    <div
      role={tone === "danger" ? "alert" : undefined}
      className={clsx("flex flex-wrap items-start gap-x-3 gap-y-2 rounded-xl border px-4 py-3", look.box)}
    >
      <span aria-hidden className="mt-0.5 shrink-0 [&>svg]:size-4">
        {look.icon}
      </span>
      <div className="min-w-0 flex-1 basis-48">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className="text-[13px] [overflow-wrap:anywhere] text-soft">{children}</div>}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
