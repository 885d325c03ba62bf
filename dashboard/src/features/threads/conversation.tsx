import { MessagesSquare } from "lucide-react";
import { Suspense } from "react";

import type { Messages } from "./use-messages";
import { lazyPart } from "@/routing/lazy";
import { fill, number, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { EmptyState } from "@/ui/empty-state";
import { Skeleton } from "@/ui/skeleton";

const TranscriptView = lazyPart(() => import("./transcript-view"));

interface ConversationProps {
  messages: Messages;
  /** How many the thread has. */
  count: number;
  target: string | undefined;
}

/** What was said, with whatever of it is not loaded yet. */
export function Conversation({ messages, count, target }: ConversationProps) {
  const { entries, head } = messages;
  if (entries === undefined) return <TranscriptSkeleton />;
  if (head === undefined)
    return (
      <EmptyState icon={<MessagesSquare />} title={text.threads.noMessagesTitle}>
        {text.threads.noMessages}
      </EmptyState>
    );
  const isTargetGone =
    target !== undefined && !messages.hasMore && !entries.some((entry) => entry.shown.id === target);
  return (
    <section aria-label={text.threads.transcript} className="space-y-6">
      {isTargetGone && <Callout>{text.threads.missingMessage}</Callout>}
      {messages.hasMore && <Earlier messages={messages} loaded={entries.length} count={count} />}
      <Suspense fallback={<TranscriptSkeleton />}>
        <TranscriptView
          entries={entries}
          headId={head.message.id}
          onHead={messages.setHead}
          target={target}
        />
      </Suspense>
    </section>
  );
}

function Earlier({ messages, loaded, count }: { messages: Messages; loaded: number; count: number }) {
  return (
    <div className="flex flex-wrap items-center justify-center gap-3 text-[13px] text-faint">
      <span>
        {fill(text.threads.shownOf, {
          shown: number(loaded),
          all: number(Math.max(count, loaded)),
        })}
      </span>
      <Button size="sm" isBusy={messages.isLoading} onClick={messages.loadMore}>
        {messages.isLoading ? text.threads.loadingEarlier : text.threads.showEarlier}
      </Button>
    </div>
  );
}

const lines = ["w-1/2", "w-5/6", "w-2/5", "w-3/4"];

function TranscriptSkeleton() {
  return (
    <div role="status" aria-label={text.threads.loadingMessages} className="space-y-8">
      {lines.map((width) => (
        <div key={width} className="space-y-2.5">
          <Skeleton className="h-5 w-20" />
          <Skeleton className={`h-4 ${width}`} />
          <Skeleton className="h-4 w-1/3" />
        </div>
      ))}
    </div>
  );
}
