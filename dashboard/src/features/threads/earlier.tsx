import type { Place } from "./transcript/shown";
import type { Pages } from "./use-pages";
import { fill, number, text } from "@/text";
import { Button } from "@/ui/button";

/** How many are at hand, and the way to those before them. */
export function Earlier({ pages, count }: { pages: Pages<Place>; count: number }) {
  const loaded = pages.tree.nodes.length;
  return (
    <div className="flex flex-wrap items-center justify-center gap-3 text-[13px] text-faint">
      <span>
        {fill(text.threads.shownOf, {
          shown: number(loaded),
          all: number(Math.max(count, loaded)),
        })}
      </span>
      <Button size="sm" isBusy={pages.isLoading} onClick={pages.loadMore}>
        {pages.isLoading ? text.threads.loadingEarlier : text.threads.showEarlier}
      </Button>
    </div>
  );
}
