import type { ShownMessage } from "../transcript/shown";
import { text } from "@/text";

/** Who speaks, in words. */
export function speakerOf(message: ShownMessage): string {
  return message.roleName ?? text.threads.roles[message.role];
}
