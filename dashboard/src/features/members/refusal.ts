import { ApiError, messageOf } from "@/api/error";
import { fill, text } from "@/text";

/** Why a change of members was refused, and what to do first: conflicts name both apart. */
export function refusalOf(error: unknown): string {
  if (!(error instanceof ApiError) || error.status !== 409) return messageOf(error);
  return fill(text.members.remove.refused, {
    problem: error.error,
    remedy: error.message,
  });
}
