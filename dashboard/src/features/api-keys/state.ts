import type { ApiKeyView } from "@/api/contract";

/** How a key stands. `soon`: it ends within a week. */
export type KeyState = "live" | "soon" | "expired";

const soonMs = 7 * 24 * 60 * 60_000;

/** The state of a key at a time. */
export function stateOf(key: ApiKeyView, now: number): KeyState {
  if (key.expires_at === null) return "live";
  const left = Date.parse(key.expires_at) - now;
  if (key.is_expired || left <= 0) return "expired";
  // A key made for a week is no cause for alarm on its first days.
  const lifetime = Date.parse(key.expires_at) - Date.parse(key.created_at);
  return left < Math.min(soonMs, lifetime / 3) ? "soon" : "live";
}

const days = { "7d": 7, "30d": 30, "90d": 90, "365d": 365 };

/** When a key that is made now with this choice ends; null is never. */
export function endOf(expires: "never" | keyof typeof days, now: number): Date | null {
  return expires === "never" ? null : new Date(now + days[expires] * 24 * 60 * 60_000);
}
