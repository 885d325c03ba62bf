import { MessagesSquare } from "lucide-react";
import { Suspense } from "react";

import { Earlier } from "./earlier";
import type { Messages } from "./use-messages";
import { lazyPart } from "@/routing/lazy";
import { text } from "@/text";
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
  const { pages, tree, head } = messages;
  if (pages === undefined) return <TranscriptSkeleton />;
  if (head === undefined)
    return (
      <EmptyState icon={<MessagesSquare />} title={text.threads.noMessagesTitle}>
        {text.threads.noMessages}
      </EmptyState>
    );
  const isTargetGone = target !== undefined && !messages.hasMore && !tree.byId.has(target);
  return (
    <section aria-label={text.threads.transcript} className="space-y-6">
      {isTargetGone && <Callout>{text.threads.missingMessage}</Callout>}
      {messages.hasMore && <Earlier pages={messages} count={count} />}
      <Suspense fallback={<TranscriptSkeleton />}>
        <TranscriptView tree={tree} headId={head.message.id} onHead={messages.setHead} target={target} />
      </Suspense>
    </section>
  );
}

const lines = ["w-1/2", "w-5/6", "w-2/5", "w-3/4"];

function TranscriptSkeleton() {
  return (
    <div role="status" aria-busy aria-label={text.threads.loadingMessages} className="space-y-8">
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
