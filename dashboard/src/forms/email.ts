import { text } from "@/text";

/** What can be told about an address before the server is asked: nothing but obvious slips. */
export function emailProblem({ email }: { email: string }): { email?: string } {
  const isPlausible = /^[^\s@]+@[^\s@]+$/.test(email.trim());
  return isPlausible ? {} : { email: text.setup.emailInvalid };
}
