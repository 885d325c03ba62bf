import { fill, number, text } from "@/text";

/** A number of bytes in the unit that suits it. */
export function writtenSize(bytes: number): string {
  if (bytes < 1_000) return fill(text.threads.size.bytes, { count: number(bytes) });
  if (bytes < 1_000_000)
    return fill(text.threads.size.kilobytes, {
      count: number(Math.round(bytes / 1_000)),
    });
  return fill(text.threads.size.megabytes, {
    count: number(Math.round(bytes / 100_000) / 10),
  });
}
