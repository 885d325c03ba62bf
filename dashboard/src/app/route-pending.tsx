import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { text } from "@/text";

/** While a page and its first data are on the way. */
export function RoutePending() {
  return (
    <Page>
      <div role="status" aria-busy aria-label={text.ui.loading}>
        <Skeleton className="h-7 w-44" />
        <Skeleton className="mt-3 h-4 w-80 max-w-full" />
        <Skeleton className="mt-8 h-64 w-full rounded-xl" />
      </div>
    </Page>
  );
}
