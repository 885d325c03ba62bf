import type { ThreadMatch } from "@/api/contract";
import { text } from "@/text";

/** Where the search found something: the words around the hit, and the hit marked. */
export function MatchSnippet({ match }: { match: ThreadMatch }) {
  return (
    <span className="mt-0.5 line-clamp-2 block text-[13px] [overflow-wrap:anywhere] text-soft">
      {match.message_id === null && <span className="sr-only">{text.threads.matchInTitle} </span>}
      {match.before}
      <mark className="rounded-sm bg-warn-tint px-0.5 text-ink">{match.hit}</mark>
      {match.after}
    </span>
  );
}
