import { useEffect, useState } from "react";

/** Counts the seconds down to 0 from when `seconds` was last set; each refusal is an object of its own. */
export function useCountdown(refusal: { retryAfterSecs: number | null } | undefined): number {
  const [until, setUntil] = useState({ refusal, at: 0 });
  const [now, setNow] = useState(0);
  if (until.refusal !== refusal) {
    const current = Date.now();
    setUntil({ refusal, at: current + (refusal?.retryAfterSecs ?? 0) * 1000 });
    setNow(current);
  }
  const left = Math.max(0, Math.ceil((until.at - now) / 1000));
  useEffect(() => {
    if (left === 0) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [left]);
  return left;
}
