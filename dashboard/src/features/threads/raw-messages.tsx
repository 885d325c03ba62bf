import { useInfiniteQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { useEffect, useMemo, useRef } from "react";

import { storedQuery } from "./api";
import { Earlier } from "./earlier";
import { JsonBlock } from "./parts/json-block";
import { speakerOf } from "./parts/speaker";
import { useTurn, weightOfMessage } from "./parts/turns";
import { jsonText } from "./transcript/json-text";
import type { StoredMessage } from "./transcript/shown";
import { branchOf } from "./transcript/tree";
import type { Messages } from "./use-messages";
import { usePages } from "./use-pages";
import { fill, text } from "@/text";
import { Badge } from "@/ui/badge";
import { CopyLine } from "@/ui/code-block";
import { CopyButton } from "@/ui/copy-button";
import { Skeleton } from "@/ui/skeleton";
import { Time } from "@/ui/time";

const words = text.threads.raw;

interface RawMessagesProps {
  projectId: string;
  threadId: string;
  /** The same messages as they are shown beside. */
  messages: Messages;
  /** How many the thread has. */
  count: number;
  target: string | undefined;
}

/** The messages as they are stored, those of all branches. */
export function RawMessages({ projectId, threadId, messages, count, target }: RawMessagesProps) {
  const stored = usePages(useInfiniteQuery(storedQuery(projectId, threadId)), target);
  const rows = useMemo(() => stored.tree.nodes.map(({ message }) => message), [stored.tree]);
  const branch = useMemo(
    () => new Set(branchOf(messages.head).map(({ message }) => message.id)),
    [messages.head],
  );
  if (stored.pages === undefined) return <Skeleton className="h-64" />;
  return (
    <div className="space-y-4">
      <div className="flex justify-end">
        <CopyButton isLabelled value={() => jsonText(rows)} what={words.copyAll} />
      </div>
      {stored.hasMore && <Earlier pages={stored} count={count} />}
      <ol className="space-y-4">
        {rows.map((message) => (
          <RawMessage
            key={message.id}
            message={message}
            speaker={speakerIn(messages, message.id)}
            isInBranch={branch.has(message.id)}
            isTarget={message.id === target}
          />
        ))}
      </ol>
    </div>
  );
}

function speakerIn({ tree }: Messages, id: string): string | undefined {
  const node = tree.byId.get(id);
  return node && speakerOf(node.message.transcript);
}

interface RawMessageProps {
  message: StoredMessage;
  speaker: string | undefined;
  isInBranch: boolean;
  isTarget: boolean;
}

function RawMessage(props: RawMessageProps) {
  return useTurn(weightOfMessage) ? <RawMessageItem {...props} /> : null;
}

function RawMessageItem({ message, speaker, isInBranch, isTarget }: RawMessageProps) {
  const ref = useRef<HTMLLIElement>(null);
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
        {speaker !== undefined && <span className="font-medium text-ink">{speaker}</span>}
        <code className="font-mono">{message.format}</code>
        <span>{fill(words.height, { height: message.height })}</span>
        {isInBranch && <Badge tone="accent">{words.inBranch}</Badge>}
        {message.copy !== null && <Badge>{words.hasCopy}</Badge>}
        <span className="ml-auto">
          <Time at={message.created_at} />
        </span>
      </div>
      <CopyLine value={message.id} what={words.messageId} />
      <JsonBlock value={message} label={fill(words.message, { id: message.id })} />
    </li>
  );
}
