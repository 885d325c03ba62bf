import type { FairUse, Limits } from "@/api/contract";

export const parties = ["visitors", "users", "keys"] as const satisfies (keyof FairUse)[];
export type Party = (typeof parties)[number];
export type Limit = keyof Limits;

/** A visitor's workspace is theirs alone: limits of each workspace would say the same twice. */
export const limitsOf: Record<Party, Limit[]> = {
  visitors: [
    "user_threads_per_minute",
    "user_messages_per_minute",
    "workspace_stored_bytes",
    "user_sdks_per_day",
  ],
  users: [
    "user_threads_per_minute",
    "user_messages_per_minute",
    "workspace_threads_per_minute",
    "workspace_messages_per_minute",
    "workspace_stored_bytes",
    "user_sdks_per_day",
  ],
  keys: [
    "user_threads_per_minute",
    "user_messages_per_minute",
    "workspace_threads_per_minute",
    "workspace_messages_per_minute",
    "workspace_stored_bytes",
    "user_sdks_per_day",
  ],
};

const mebibyte = 1024 * 1024;

/** The highest number that can be typed. */
export function maxOf(limit: Limit): number {
  if (limit === "workspace_stored_bytes") return 1024 * mebibyte;
  return limit === "user_sdks_per_day" ? 100 : 100_000;
}

/** A whole number, or null for nothing; bytes are typed in MiB. Undefined for what is neither. */
export function readLimit(limit: Limit, typed: string): number | null | undefined {
  const digits = typed.replace(/[\s,'’]/g, "");
  if (digits === "") return null;
  if (!/^\d{1,15}$/.test(digits)) return undefined;
  const value = Number(digits);
  if (value > maxOf(limit)) return undefined;
  return limit === "workspace_stored_bytes" ? value * mebibyte : value;
}

/** What stands in the field of a limit. */
export function writeLimit(limit: Limit, value: number | null): string {
  if (value === null) return "";
  // Half a MiB that the command line has set is no whole one.
  return String(limit === "workspace_stored_bytes" ? Math.ceil(value / mebibyte) : value);
}

export type FieldName = `${Party}.${Limit}`;
export type FairUseValues = Partial<Record<FieldName, string>>;

/** Every field of the form. */
export const fields: { party: Party; limit: Limit; name: FieldName }[] = parties.flatMap((party) =>
  limitsOf[party].map((limit) => ({ party, limit, name: `${party}.${limit}` as const })),
);

export function valuesOf(fairUse: FairUse): FairUseValues {
  return Object.fromEntries(
    fields.map(({ party, limit, name }) => [name, writeLimit(limit, fairUse[party][limit])]),
  );
}

/** What of it was changed, as the server takes it: what was left alone keeps its exact value. */
export function changesOf(
  before: FairUseValues,
  values: FairUseValues,
): Partial<Record<Party, Partial<Limits>>> {
  const changes: Partial<Record<Party, Partial<Limits>>> = {};
  for (const { party, limit, name } of fields) {
    if (values[name] === before[name]) continue;
    changes[party] = { ...changes[party], [limit]: readLimit(limit, values[name] ?? "") ?? null };
  }
  return changes;
}
