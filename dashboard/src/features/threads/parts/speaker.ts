import type { Transcript } from "../transcript/shown";
import { text } from "@/text";

/** Who speaks, in words. */
export function speakerOf(said: Transcript): string {
  return said.role_name ?? text.threads.roles[said.role];
}
