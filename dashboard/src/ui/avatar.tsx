import { firstLetter } from "@/text/letters";

const hues = [12, 45, 95, 150, 195, 235, 275, 320];

/** The initials of a name on a color that stays the same for it. Decoration: the name stands beside it. */
export function Avatar({ name, size = 28 }: { name: string; size?: number }) {
  const hue = hues[sum(name) % hues.length] ?? 235;
  return (
    <span
      aria-hidden
      className="grid shrink-0 place-items-center rounded-full font-semibold text-white"
      style={{
        width: size,
        height: size,
        fontSize: Math.round(size * 0.4),
        background: `linear-gradient(135deg, oklch(0.55 0.13 ${hue}), oklch(0.45 0.14 ${hue + 30}))`,
      }}
    >
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = firstLetter(words.at(0) ?? "") ?? "?";
  const last = words.length > 1 ? firstLetter(words.at(-1) ?? "") : undefined;
  return first + (last ?? "");
}

function sum(name: string): number {
  return Array.from(name, (letter) => letter.codePointAt(0) ?? 0).reduce((total, code) => total + code, 0);
}
