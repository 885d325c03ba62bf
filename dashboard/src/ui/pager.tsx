import { Link } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "./button";
import { fill, text } from "@/text";

// The URL keeps the way to the page: the cursors of all pages before it, so that Previous works in a link
// that was sent. Cursors have none of these characters.
const separator = "~";
const longestWay = 40;

/** The cursor to ask for (`after`) at a place of the list, from the `pages` of the URL. */
export function cursorOf(pages: string | undefined): string | undefined {
  return pages?.split(separator).at(-1);
}

/** `pages` of the next page. */
export function nextPages(pages: string | undefined, cursor: string): string {
  const way = pages ? pages.split(separator) : [];
  return [...way, cursor].slice(-longestWay).join(separator);
}

/** `pages` of the page before; undefined is the first. */
export function previousPages(pages: string | undefined): string | undefined {
  const way = pages?.split(separator).slice(0, -1) ?? [];
  return way.length === 0 ? undefined : way.join(separator);
}

interface PagerProps {
  /** `pages` of the URL. */
  pages: string | undefined;
  /** `next_cursor` of the answer; undefined while it loads. */
  next: string | null | undefined;
}

/** Links to the next and the previous page. Stands under a list whose route has `pages` in its search. */
export function Pager({ pages, next }: PagerProps) {
  if (pages === undefined && !next) return null;
  const way = pages?.split(separator).length ?? 0;
  return (
    <nav
      aria-label={text.ui.pages}
      className="flex items-center justify-between gap-3 border-t border-line px-5 py-3"
    >
      <span className="text-[13px] text-faint">
        {way < longestWay && fill(text.ui.pageNumber, { page: way + 1 })}
      </span>
      <span className="flex gap-2">
        {way >= longestWay && <PageLink to={undefined}>{text.ui.firstPage}</PageLink>}
        {pages !== undefined && (
          <PageLink to={previousPages(pages)}>
            <ChevronLeft aria-hidden className="-ml-1 size-4" />
            {text.ui.previous}
          </PageLink>
        )}
        {next && (
          <PageLink to={nextPages(pages, next)}>
            {text.ui.next}
            <ChevronRight aria-hidden className="-mr-1 size-4" />
          </PageLink>
        )}
      </span>
    </nav>
  );
}

function PageLink({ to, children }: { to: string | undefined; children: ReactNode }) {
  return (
    <Button asChild size="sm">
      <Link to="." search={((search: object) => ({ ...search, pages: to })) as never}>
        {children}
      </Link>
    </Button>
  );
}
