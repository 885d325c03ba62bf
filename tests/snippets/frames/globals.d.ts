// What scripts in the console of a browser, and those that are shown as a beginning, find there.

/** Puts a text on the clipboard: a command of the console. */
declare function copy(text: string | null | undefined): void;

/** Yours: what a provider's SDK gives out. */
declare function getToken(): Promise<string>;

interface Window {
  /** Of Clerk's script. */
  Clerk: { session: { getToken(): Promise<string | null> } };
}
