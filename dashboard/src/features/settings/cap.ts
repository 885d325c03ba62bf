/** A whole number from 1; blanks and separators of thousands do not matter. */
export function readCap(typed: string): number | undefined {
  const digits = typed.replace(/[\s,'’]/g, "");
  if (!/^\d{1,15}$/.test(digits)) return undefined;
  const cap = Number(digits);
  return cap >= 1 ? cap : undefined;
}
