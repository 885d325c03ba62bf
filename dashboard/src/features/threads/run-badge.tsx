import type { RunState } from "./transcript/run";
import { text } from "@/text";
import { Badge } from "@/ui/badge";

const words = text.threads.runs;

/** Says of a reply that it is being written, or that nobody finished it; nothing of any other. */
export function RunBadge({ run }: { run: RunState | null | undefined }) {
  if (run === "interrupted") return <Badge tone="warn">{words.interrupted}</Badge>;
  if (run !== "running") return null;
  return (
    <Badge
      tone="accent"
      icon={<span aria-hidden className="size-1.5 animate-breathe rounded-full bg-accent-ink" />}
    >
      {words.running}
    </Badge>
  );
}
