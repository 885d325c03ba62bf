// What an operator copies along with a new key.

/** The lines for a `.env` file. `url` is the instance's public URL: keys go there, not to the project's. */
export function envLines(key: string, url: string): string {
  return `THREADKEEP_API_KEY=${key}\nTHREADKEEP_URL=${url}`;
}

/** A command that mints a workspace token with the key. */
export function mintCommand(key: string, url: string): string {
  return [
    `curl -X POST ${quote(`${url}/v1/auth/tokens`)}`,
    `-H ${quote(`Authorization: Bearer ${key}`)}`,
    `-H ${quote("Aui-User-Id: usr_17")}`,
    `-H ${quote("Aui-Workspace-Id: usr_17")}`,
  ].join(" \\\n  ");
}

/** A text as one word of a shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The form in which a key is shown once its text is gone. */
export function maskedKey(suffix: string): string {
  return `sk_***${suffix}`;
}
