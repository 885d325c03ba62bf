import clsx from "clsx";
import { useMemo, useState } from "react";

import { cutOf } from "../transcript/cut";
import { text } from "@/text";
import { Button } from "@/ui/button";

/** So many characters are shown at first. */
export const shownAtFirst = 4_000;

/** So many more are shown with each step: a browser lays them out within a blink. */
const shownByStep = 20_000;

interface LongTextProps {
  text: string;
  /** Makes all of the text, where `text` may be but the start of it: more than is shown at first. */
  whole?: () => string;
  isCode?: boolean;
}

/** Text as it is, the first part of it when there is much, and more of it step by step. */
export function LongText({ text: start, whole, isCode = false }: LongTextProps) {
  const [steps, setSteps] = useState(0);
  const wantsAll = steps > 0;
  const all = useMemo(() => (wantsAll ? (whole?.() ?? start) : start), [wantsAll, whole, start]);
  const pieces = useMemo(() => piecesOf(all, steps), [all, steps]);
  const isCut = pieces.reduce((length, piece) => length + piece.length, 0) < all.length;
  return (
    <>
      <div
        dir="auto"
        className={clsx(
          "[overflow-wrap:anywhere] whitespace-pre-wrap",
          isCode && "font-mono text-[13px] leading-relaxed",
        )}
      >
        {pieces.map((piece, index) => (
          // Blocks, so that the browser does not lay all of them out with each step.
          <div key={index}>{piece}</div>
        ))}
        {isCut && "…"}
      </div>
      {isCut && (
        <Button size="sm" className="mt-2" onClick={() => setSteps(steps + 1)}>
          {text.threads.part.showMore}
        </Button>
      )}
    </>
  );
}

function piecesOf(all: string, steps: number): string[] {
  // What is but a little longer is shown at once.
  if (all.length <= shownAtFirst * 1.5) return [all];
  const pieces: string[] = [];
  for (let at = 0, step = 0; step <= steps && at < all.length; step += 1) {
    const end = cutOf(all, at, step === 0 ? shownAtFirst : shownByStep);
    pieces.push(all.slice(at, end));
    at = end;
  }
  return pieces;
}
