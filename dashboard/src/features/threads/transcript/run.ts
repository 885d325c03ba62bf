import type { Ending, Message, Place } from "./shown";

/** A reply that is not there as a whole: it is still being written, or nobody writes it any more. */
export type RunState = "running" | "interrupted";

// The client beats every few seconds; whoever is silent for so long has closed the page or lost the network.
const silentMs = 30_000;

/** How the run of a message fares; undefined when it has none or its run ended. */
export function runOf({ run }: Pick<Place, "run">): RunState | undefined {
  if (run?.status !== "running") return undefined;
  return run.last_heartbeat_ms_ago < silentMs ? "running" : "interrupted";
}

/** How an answer ended early. Of a reply without an end, "cancelled" is but what its placeholder says. */
export function endingOf(message: Pick<Message, "run" | "transcript">): Ending | null {
  const { ending } = message.transcript;
  return ending?.kind === "cancelled" && runOf(message) !== undefined ? null : ending;
}
