import type { Message } from "./shown";
import type { Node } from "./tree";
import type { ThreadDetail } from "@/api/contract";

type Counted = Pick<ThreadDetail, "thumbs_up" | "thumbs_down">;

/**
 * The thumbs of a thread. Some clients send them to the server, which counts them; others write them into the
 * message itself, and then those of the messages at hand are counted.
 */
export function thumbsOf(
  { thumbs_up: up, thumbs_down: down }: Counted,
  nodes: readonly Node<Message>[],
): { up: number; down: number } {
  if (up + down > 0) return { up, down };
  const given = (thumb: "up" | "down") =>
    nodes.filter(({ message }) => message.transcript.thumb === thumb).length;
  return { up: given("up"), down: given("down") };
}
