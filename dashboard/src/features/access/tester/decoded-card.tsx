import { ClaimsTable } from "./claims-table";
import { decodeToken, type Unreadable } from "./decode";
import { fill, plural, text } from "@/text";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";

const words = text.access.test;

/** What a pasted token says, before anybody has checked it. */
export function DecodedCard({ token }: { token: string }) {
  const decoded = decodeToken(token);
  if ("unreadable" in decoded) {
    return (
      <Callout tone="warn" title={words.notJwt}>
        {written(decoded.unreadable)}
      </Callout>
    );
  }
  return (
    <Card isFlush title={words.payload} description={words.unverified}>
      <ClaimsTable title={words.header} claims={decoded.header} />
      <div className="border-t border-line">
        <ClaimsTable title={words.payload} claims={decoded.payload} />
      </div>
    </Card>
  );
}

function written(unreadable: Unreadable): string {
  const { kind } = unreadable;
  if (kind === "parts") return plural(unreadable.count, words.problems.parts);
  if ("part" in unreadable)
    return fill(words.problems[unreadable.kind], {
      part: words.parts[unreadable.part],
    });
  return words.problems[unreadable.kind];
}
