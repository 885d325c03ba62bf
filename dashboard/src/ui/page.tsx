import { useRouterState } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";

import { takeFocusRequest } from "@/app/focus";
import { fill, text } from "@/text";

interface PageHeaderProps {
  title: string;
  /** What stands beside the product's name in the browser's tab: the project's name. */
  place?: string | undefined;
  /** Instead of the plain title, when there is more to it (badges). */
  heading?: ReactNode;
  description?: ReactNode;
  /** Buttons, the main one last. */
  actions?: ReactNode;
  /** A link up: `<BackLink to=…>`. */
  back?: ReactNode;
}

/** The heading of a page, which also names the browser's tab and takes the focus after a navigation. */
export function PageHeader({ title, place, heading, description, actions, back }: PageHeaderProps) {
  const ref = useRef<HTMLHeadingElement>(null);
  // Where the router has arrived: while a page is on its way, the heading of the old one must not take the focus.
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  useDocumentTitle(title, place);
  useEffect(() => {
    if (takeFocusRequest()) ref.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <header className="mb-6">
      {back && <div className="mb-2">{back}</div>}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1
            ref={ref}
            tabIndex={-1}
            className="text-xl font-semibold tracking-tight [overflow-wrap:anywhere]"
          >
            {heading ?? title}
          </h1>
          {description && <div className="mt-1 max-w-2xl text-pretty text-soft">{description}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  );
}

/** The frame of a page's content, which begins at the same place on every page; forms keep to a part of it. */
export function Page({ children, isNarrow = false }: { children: ReactNode; isNarrow?: boolean }) {
  return (
    <div className="mx-auto w-full max-w-6xl px-4 py-6 sm:px-8 sm:py-8">
      {isNarrow ? <div className="max-w-3xl">{children}</div> : children}
    </div>
  );
}

/** What a link up looks like: put it into a router's link. */
export function BackLabel({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex min-h-6 items-center gap-1 text-[13px] text-soft hover:text-ink">
      <ChevronLeft aria-hidden className="-ml-1 size-4" />
      {children}
    </span>
  );
}

/** Names the browser's tab. */
export function useDocumentTitle(page: string, place?: string): void {
  useEffect(() => {
    document.title = place ? fill(text.ui.titleOfIn, { page, place }) : fill(text.ui.titleOf, { page });
  }, [page, place]);
}
