/** Commands that pages speak of. */
export const commands = {
  serve: "threadkeep serve",
  resetPassword: "threadkeep members reset-password",
};

/** A command within a text. */
export function Command({ children }: { children: string }) {
  return <code className="font-mono text-[0.93em] whitespace-nowrap text-ink">{children}</code>;
}
