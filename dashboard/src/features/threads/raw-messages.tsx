import clsx from "clsx";
import { useEffect, useRef } from "react";

import { JsonBlock } from "./parts/json-block";
import { speakerOf } from "./parts/speaker";
import type { Entry } from "./transcript/repository";
import { fill, text } from "@/text";
import { Badge } from "@/ui/badge";
import { CopyLine } from "@/ui/code-block";
import { Time } from "@/ui/time";

const words = text.threads.raw;

interface RawMessagesProps {
  entries: readonly Entry[];
  /** The messages of the branch that is shown. */
  branch: ReadonlySet<string>;
  target: string | undefined;
}

/** The messages as they are stored, those of all branches. */
export function RawMessages({ entries, branch, target }: RawMessagesProps) {
  return (
    <ol className="space-y-4">
      {entries.map((entry) => (
        <RawMessage
          key={entry.shown.id}
          entry={entry}
          isInBranch={branch.has(entry.shown.id)}
          isTarget={entry.shown.id === target}
        />
      ))}
    </ol>
  );
}

function RawMessage({
  entry,
  isInBranch,
  isTarget,
}: {
  entry: Entry;
  isInBranch: boolean;
  isTarget: boolean;
}) {
  const ref = useRef<HTMLLIElement>(null);
  const { node, shown } = entry;
  useEffect(() => {
    if (isTarget) ref.current?.scrollIntoView({ block: "nearest" });
  }, [isTarget]);
  return (
    <li
      ref={ref}
      className={clsx(
        "min-w-0 scroll-mt-4 space-y-1.5 rounded-lg [contain-intrinsic-size:auto_16rem] [content-visibility:auto]",
        isTarget && "bg-warn-tint/50 p-2 ring-1 ring-warn-ink/25",
      )}
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-faint">
        <span className="font-medium text-ink">{speakerOf(shown)}</span>
        <code className="font-mono">{shown.format}</code>
        <span>{fill(words.height, { height: node.message.height })}</span>
        {isInBranch && <Badge tone="accent">{words.inBranch}</Badge>}
        <span className="ml-auto">
          <Time at={shown.createdAt} />
        </span>
      </div>
      <CopyLine value={shown.id} what={words.messageId} />
      <JsonBlock value={node.message} label={fill(words.message, { id: shown.id })} />
    </li>
  );
}
