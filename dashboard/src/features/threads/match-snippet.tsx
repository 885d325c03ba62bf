import type { ThreadMatch } from "@/api/contract";
import { text } from "@/text";

/** Where the search found something: the words around the hit, and the hit marked. */
export function MatchSnippet({ match }: { match: ThreadMatch }) {
  // A message may be too large to be read for a list.
  if (match.before === "" && match.hit === "" && match.after === "") return null;
  return (
    <span className="mt-0.5 line-clamp-1 text-[13px] [overflow-wrap:anywhere] text-soft md:line-clamp-2">
      {match.message_id === null && <span className="sr-only">{text.threads.matchInTitle} </span>}
      {match.before}
      <mark className="rounded-sm bg-warn-tint px-0.5 text-ink">{match.hit}</mark>
      {match.after}
    </span>
  );
}
