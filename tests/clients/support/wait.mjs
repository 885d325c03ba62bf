import { setTimeout as pause } from "node:timers/promises";

const POLL_EVERY_MS = 25;

/** Polls until `probe` gives something truthy, and gives that back; fails at the deadline. */
export async function until(what, probe, { within = 30_000 } = {}) {
  const deadline = Date.now() + within;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > deadline) {
      throw new Error(`waited ${within / 1000} s in vain: ${what}`);
    }
    await pause(POLL_EVERY_MS);
  }
}
