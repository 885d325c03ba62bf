import type { ReactNode } from "react";

// Enough to tell comments, texts and keywords apart in short snippets; no more is wanted of it.
const pattern =
  /(?<comment>(?:^|(?<=\s))(?:\/\/|#)[^\n]*)|(?<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(?<keyword>\b(?:import|from|export|default|async|await|const|function|return|if|throw|new|null|true|false|type)\b)/gm;

const looks: Record<string, string> = {
  comment: "text-faint",
  text: "text-ok-ink",
  keyword: "text-accent-ink",
};

/** No snippet is longer; the pattern looks for the ends of texts again and again where there are none. */
const longest = 4_000;

/** Code with its comments, texts and keywords in colors, unless it is long. */
export function Highlighted({ code }: { code: string }): ReactNode {
  if (code.length > longest) return code;
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of code.matchAll(pattern)) {
    const groups: Record<string, string | undefined> = match.groups ?? {};
    const kind = Object.entries(groups).find(([, value]) => value)?.[0] ?? "";
    parts.push(code.slice(end, match.index));
    parts.push(
      <span key={match.index} className={looks[kind]}>
        {match[0]}
      </span>,
    );
    end = match.index + match[0].length;
  }
  return [...parts, code.slice(end)];
}
