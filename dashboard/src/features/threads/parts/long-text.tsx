import clsx from "clsx";
import { useState } from "react";

import { plural, text } from "@/text";
import { Button } from "@/ui/button";

const shownAtFirst = 4_000;

/** Text as it is, the first part of it when there is much. */
export function LongText({ text: all, isCode = false }: { text: string; isCode?: boolean }) {
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && all.length > shownAtFirst * 1.5;
  return (
    <>
      <div
        dir="auto"
        className={clsx(
          "[overflow-wrap:anywhere] whitespace-pre-wrap",
          isCode && "font-mono text-[13px] leading-relaxed",
        )}
      >
        {isCut ? `${all.slice(0, shownAtFirst)}…` : all}
      </div>
      {isCut && (
        <Button size="sm" className="mt-2" onClick={() => setWhole(true)}>
          {plural(all.length, text.threads.part.showAll)}
        </Button>
      )}
    </>
  );
}
