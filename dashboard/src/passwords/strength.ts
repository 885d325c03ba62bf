/** The server's rule (src/operators/password.rs): as many characters, and not easier to guess than this. */
export const shortest = 10;
export const longest = 128;
export const leastScore = 2;

/** How hard a password is to guess: 0 to 4 as zxcvbn rates it. */
export type Score = 0 | 1 | 2 | 3 | 4;

/** Rates passwords; `own` are words that somebody who knows the operator would try first. */
export type Rate = (password: string, own: string[]) => Score;

let loading: Promise<Rate> | undefined;

/** Fetches the dictionaries, once; they are too big for anything but a form that asks for a password. */
export function loadRate(): Promise<Rate> {
  loading ??= import("./rate").then(({ rate }) => rate);
  // Another try may reach the server.
  loading.catch(() => (loading = undefined));
  return loading;
}

/** The characters of a password as the server counts them. */
export function characters(password: string): number {
  return Array.from(password).length;
}

/** Which part of the rule a password breaks. Without a score the server has the last word. */
export function brokenRule(
  password: string,
  score: Score | undefined,
): "short" | "long" | "guessable" | undefined {
  const length = characters(password);
  if (length < shortest) return "short";
  if (length > longest) return "long";
  return score !== undefined && score < leastScore ? "guessable" : undefined;
}
