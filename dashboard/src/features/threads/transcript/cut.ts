/**
 * Where a text can be cut about `length` characters behind `from`: behind a line break or a space if there is
 * one shortly before, and never between the halves of a character.
 */
export function cutOf(text: string, from: number, length: number): number {
  const end = from + length;
  if (end >= text.length) return text.length;
  const last = text.slice(end - Math.floor(length / 10), end);
  const gap = Math.max(last.lastIndexOf("\n"), last.lastIndexOf(" "));
  if (gap !== -1) return end - last.length + gap + 1;
  return /[\uD800-\uDBFF]/.test(text[end - 1] ?? "") ? end - 1 : end;
}
