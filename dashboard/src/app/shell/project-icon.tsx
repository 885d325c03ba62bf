import { firstLetter } from "@/text/letters";

/** The first letter of a project in a tile. */
export function ProjectIcon({ name }: { name: string }) {
  return (
    <span
      aria-hidden
      className="grid size-6 shrink-0 place-items-center rounded-md bg-accent-tint text-xs font-semibold text-accent-ink"
    >
      {firstLetter(name) ?? "?"}
    </span>
  );
}
