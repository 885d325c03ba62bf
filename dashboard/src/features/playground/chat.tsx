import { AssistantRuntimeProvider, useAuiState } from "@assistant-ui/react";
import { Link } from "@tanstack/react-router";
import { ArrowUpRight, PanelLeft } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useState } from "react";

import { ChatThread } from "./chat-thread";
import type { Identity } from "./identity";
import { ThreadList } from "./thread-list";
import { useChat } from "./use-chat";
import { text } from "@/text";
import { Button, IconButton } from "@/ui/button";

interface ChatProps {
  projectId: string;
  identity: Identity;
  threadId: string | undefined;
  onThread: (threadId: string | undefined) => void;
}

/** The chat of one identity: its threads, and the one that is open. */
export default function Chat({ projectId, identity, threadId, onThread }: ChatProps) {
  const runtime = useChat({ projectId, identity, threadId, onThread });
  return (
    <AssistantRuntimeProvider runtime={runtime}>
      <div className="flex h-[max(28rem,calc(100dvh-19rem))] overflow-hidden rounded-xl border border-line bg-surface shadow-card">
        <div className="hidden w-60 shrink-0 border-r border-line bg-sunken/50 md:block">
          <ThreadList />
        </div>
        <div className="flex min-w-0 flex-1 flex-col">
          <ChatBar projectId={projectId} />
          <ChatThread />
        </div>
      </div>
    </AssistantRuntimeProvider>
  );
}

function ChatBar({ projectId }: { projectId: string }) {
  const title = useAuiState((state) => state.threadListItem.title);
  const remoteId = useAuiState((state) => state.threadListItem.remoteId);
  return (
    <div className="flex min-h-12 items-center gap-2 border-b border-line px-3 py-1.5">
      <Drawer />
      <p className="min-w-0 flex-1 truncate px-1 font-medium">
        {title === undefined || title === "" ? text.playground.list.untitled : title}
      </p>
      {remoteId !== undefined && (
        <Button asChild size="sm" look="ghost">
          <Link to="/projects/$projectId/threads/$threadId" params={{ projectId, threadId: remoteId }}>
            <span className="max-sm:sr-only">{text.playground.thread.openInDashboard}</span>
            <ArrowUpRight aria-hidden className="size-4" />
          </Link>
        </Button>
      )}
    </div>
  );
}

/** The threads, where the window is too narrow to have them beside the conversation. */
function Drawer() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Radix.Root open={isOpen} onOpenChange={setOpen}>
      <Radix.Trigger asChild>
        <IconButton
          size="sm"
          className="md:hidden"
          label={text.playground.list.open}
          icon={<PanelLeft aria-hidden className="size-4" />}
        />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-40 w-[min(19rem,86vw)] animate-slide border-r border-line bg-canvas pt-2 shadow-float"
        >
          <Radix.Title className="px-4 py-2 font-semibold">{text.playground.list.title}</Radix.Title>
          <ThreadList onChosen={() => setOpen(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
