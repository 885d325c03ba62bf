import { ThumbsDown, ThumbsUp } from "lucide-react";

import { number, plural, text } from "@/text";

/** How many thumbs users gave, where they gave any. */
export function Thumbs({ up, down }: { up: number; down: number }) {
  if (up === 0 && down === 0) return <span className="text-faint">–</span>;
  return (
    <span className="inline-flex items-center gap-3 tabular-nums">
      {up > 0 && (
        <span className="inline-flex items-center gap-1 text-ok-ink">
          <ThumbsUp aria-hidden className="size-3.5" />
          <span aria-hidden>{number(up)}</span>
          <span className="sr-only">{plural(up, text.threads.thumbsUp)}</span>
        </span>
      )}
      {down > 0 && (
        <span className="inline-flex items-center gap-1 text-danger-ink">
          <ThumbsDown aria-hidden className="size-3.5" />
          <span aria-hidden>{number(down)}</span>
          <span className="sr-only">{plural(down, text.threads.thumbsDown)}</span>
        </span>
      )}
    </span>
  );
}
