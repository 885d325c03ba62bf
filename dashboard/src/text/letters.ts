let segments: Intl.Segmenter | undefined;

/** The first letter of a text as people count letters, in upper case. */
export function firstLetter(text: string): string | undefined {
  segments ??= new Intl.Segmenter();
  const first = segments.segment(text.trim())[Symbol.iterator]().next();
  return first.done ? undefined : first.value.segment.toLocaleUpperCase();
}
