import { useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";

/** So much is done before the page may answer to anything else: a few hundredths of a second. */
const mostAtOnce = 500;

/** What a message weighs without its texts. */
export const weightOfMessage = 30;

/** True once it is the turn of a component whose drawing has this weight; at once if little was drawn just now. */
export function useTurn(weight: number): boolean {
  const [isTurn, setTurn] = useState(false);
  useLayoutEffect(() => (isTurn ? undefined : inTurn(weight, () => setTurn(true))), [isTurn, weight]);
  return isTurn;
}

interface Turn {
  weight: number;
  take: () => void;
}

const waiting = new Set<Turn>();
let left = mostAtOnce;
let timer: number | undefined;

/**
 * Does work of this weight at once if little was done just now, and otherwise when everybody before had their
 * turn. Returns what calls it off.
 */
export function inTurn(weight: number, take: () => void): () => void {
  const turn = { weight, take };
  timer ??= window.setTimeout(next);
  if (waiting.size === 0 && left > 0) {
    left -= weight;
    take();
  } else {
    waiting.add(turn);
  }
  return () => waiting.delete(turn);
}

function next(): void {
  left = mostAtOnce;
  const turns: Turn[] = [];
  for (const turn of waiting) {
    if (left <= 0) break;
    left -= turn.weight;
    waiting.delete(turn);
    turns.push(turn);
  }
  // Drawn here, so that the next turn does not come before this one is done.
  flushSync(() => turns.forEach(({ take }) => take()));
  timer = turns.length === 0 ? undefined : window.setTimeout(next);
}
