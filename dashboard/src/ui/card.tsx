import clsx from "clsx";
import type { ReactNode } from "react";

interface CardProps {
  title?: ReactNode;
  description?: ReactNode;
  /** Stands at the right end of the title's line. */
  actions?: ReactNode;
  /** A bar at the foot, for the buttons of a form. */
  footer?: ReactNode;
  /** Lets the content touch the edges, as tables and lists do. */
  isFlush?: boolean;
  children?: ReactNode;
  className?: string;
}

/** A part of a page, with a heading of its own. */
export function Card({
  title,
  description,
  actions,
  footer,
  isFlush = false,
  children,
  className,
}: CardProps) {
  return (
    <section className={clsx("min-w-0 rounded-xl border border-line bg-surface shadow-card", className)}>
      {(title ?? actions) && (
        <div
          className={clsx(
            "flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 pt-4",
            isFlush ? "border-b border-line pb-3.5" : "pb-1",
          )}
        >
          <div className="min-w-0">
            {title && <h2 className="font-semibold">{title}</h2>}
            {description && <p className="mt-0.5 max-w-prose text-[13px] text-soft">{description}</p>}
          </div>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </div>
      )}
      {children !== undefined && <div className={isFlush ? undefined : "px-5 pt-3 pb-5"}>{children}</div>}
      {footer && (
        <div className="flex flex-wrap items-center justify-end gap-2 rounded-b-xl border-t border-line bg-sunken/60 px-5 py-3">
          {footer}
        </div>
      )}
    </section>
  );
}
