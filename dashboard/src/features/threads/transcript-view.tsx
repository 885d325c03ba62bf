import {
  AssistantRuntimeProvider,
  type DataMessagePartProps,
  type ImageMessagePartProps,
  MessagePrimitive,
  type TextMessagePartProps,
  type ThreadMessage,
  ThreadPrimitive,
  type ToolCallMessagePartProps,
  useAuiState,
  useExternalStoreRuntime,
} from "@assistant-ui/react";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { FileJson, Hash, ThumbsDown, ThumbsUp } from "lucide-react";
import { createContext, type ReactElement, use, useEffect, useMemo, useRef } from "react";

import { BranchFocus, BranchPicker } from "./branch-picker";
import { EmptyMessage, PartView } from "./parts/message-parts";
import { speakerOf } from "./parts/speaker";
import { useTurn, weightOfMessage } from "./parts/turns";
import { RunBadge } from "./run-badge";
import { durationOf } from "./transcript/duration";
import { repositoryOf } from "./transcript/repository";
import { endingOf, runOf } from "./transcript/run";
import type { Message, Part, ToolPart } from "./transcript/shown";
import type { Node, Tree } from "./transcript/tree";
import { fill, text } from "@/text";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { JsonBlock } from "./parts/json-block";
import { Time } from "@/ui/time";
import { Tooltip } from "@/ui/tooltip";

interface TranscriptProps {
  /** Every message at hand. */
  tree: Tree<Message>;
  /** The end of the branch that is shown. */
  headId: string;
  /** Another branch was chosen. */
  onHead: (headId: string) => void;
  /** The message that the URL is about. */
  target: string | undefined;
}

const route = "/projects/$projectId/threads/$threadId";

const NodesContext = createContext<{
  byId: Tree<Message>["byId"];
  target: string | undefined;
}>({
  byId: new Map(),
  target: undefined,
});

/** A thread as its user saw it, one branch at a time. Nothing in it can be changed. */
export default function TranscriptView({ tree, headId, onHead, target }: TranscriptProps) {
  const messageRepository = useMemo(() => repositoryOf(tree.nodes, headId), [tree, headId]);
  const context = useMemo(() => ({ byId: tree.byId, target }), [tree, target]);
  const runtime = useExternalStoreRuntime<ThreadMessage>({
    messageRepository,
    isDisabled: true,
    isRunning: false,
    setMessages: (messages) => {
      const head = messages.at(-1)?.id;
      if (head !== undefined) onHead(head);
    },
    onNew: () => Promise.reject(new Error("the transcript is read-only")),
  });
  return (
    <NodesContext value={context}>
      <AssistantRuntimeProvider runtime={runtime}>
        <BranchFocus>
          <ThreadPrimitive.Root>
            <div className="space-y-6">
              <Messages />
            </div>
          </ThreadPrimitive.Root>
        </BranchFocus>
      </AssistantRuntimeProvider>
    </NodesContext>
  );
}

/** The messages of the branch, each when it has its turn: hundreds at once would hold the page. */
function Messages() {
  const count = useAuiState((state) => state.thread.messages.length);
  return Array.from({ length: count }, (_, index) => <MessageInTurn key={index} index={index} />);
}

function MessageInTurn({ index }: { index: number }) {
  if (!useTurn(weightOfMessage)) return null;
  return <ThreadPrimitive.MessageByIndex index={index} components={messageComponents} />;
}

const messageComponents = { Message };

/** Another message in the same place is another one: what was opened in this one stays closed in that. */
function Message() {
  const id = useAuiState((state) => state.message.id);
  return <Article key={id} id={id} />;
}

function Article({ id }: { id: string }) {
  const { byId, target } = use(NodesContext);
  const node = byId.get(id);
  const ref = useRef<HTMLElement>(null);
  const isTarget = id === target;

  useEffect(() => {
    if (!isTarget) return;
    ref.current?.scrollIntoView({ block: "center" });
    ref.current?.focus({ preventScroll: true });
  }, [isTarget]);

  if (!node) return null;
  const { message } = node;
  const { role, parts } = message.transcript;
  return (
    <article
      ref={ref}
      tabIndex={-1}
      aria-label={speakerOf(message.transcript)}
      className={clsx(
        "group/message min-w-0 scroll-mt-16 rounded-xl [contain-intrinsic-size:auto_8rem] [content-visibility:auto] focus:outline-none",
        isTarget && "-m-2 bg-warn-tint/50 p-2 ring-1 ring-warn-ink/25",
      )}
    >
      <MessageLine message={message} />
      <div className={clsx("flex min-w-0 flex-col items-start gap-3 [&>*]:max-w-full", frames[role])}>
        {parts.length > 0 && <MessagePrimitive.Parts components={partComponents} />}
        {parts.length === 0 && runOf(message) === undefined && <EmptyMessage />}
      </div>
      <MessageFoot node={node} />
    </article>
  );
}

const frames = {
  user: "rounded-xl rounded-tl-sm border border-line bg-surface px-4 py-3",
  system: "rounded-xl border border-dashed border-edge/70 px-4 py-3 text-soft",
  assistant: "pl-0.5",
  other: "pl-0.5",
};

const tones = {
  user: "accent",
  assistant: "neutral",
  system: "warn",
  other: "neutral",
} as const;

function MessageLine({ message }: { message: Message }) {
  const { role, thumb, timing } = message.transcript;
  const duration = durationOf(timing);
  return (
    <div className="mb-1.5 flex min-h-7 flex-wrap items-center gap-x-2.5 text-xs text-faint">
      <Badge tone={tones[role]}>{speakerOf(message.transcript)}</Badge>
      <Time at={message.created_at} />
      {duration !== undefined && <span>{fill(text.threads.writtenIn, { duration })}</span>}
      <RunBadge run={runOf(message)} />
      {thumb && <Thumb thumb={thumb} />}
      <MessageLinks id={message.id} />
    </div>
  );
}

function MessageLinks({ id }: { id: string }) {
  return (
    <span className="ml-auto inline-flex opacity-0 transition-opacity group-focus-within/message:opacity-100 group-hover/message:opacity-100 pointer-coarse:opacity-100">
      <IconLink label={text.threads.linkTo}>
        <Link
          from={route}
          to="."
          search={(search) => ({ ...search, message: id })}
          aria-label={text.threads.linkTo}
        >
          <Hash aria-hidden className="size-3.5" />
        </Link>
      </IconLink>
      <IconLink label={text.threads.showRaw}>
        <Link
          from={route}
          to="."
          search={(search) => ({ ...search, message: id, view: "raw" })}
          aria-label={text.threads.showRaw}
        >
          <FileJson aria-hidden className="size-3.5" />
        </Link>
      </IconLink>
    </span>
  );
}

function IconLink({ label, children }: { label: string; children: ReactElement }) {
  return (
    <Tooltip content={label}>
      <Button asChild look="ghost" size="sm" className="w-7 !px-0">
        {children}
      </Button>
    </Tooltip>
  );
}

function Thumb({ thumb }: { thumb: "up" | "down" }) {
  const Icon = thumb === "up" ? ThumbsUp : ThumbsDown;
  return (
    <span className={thumb === "up" ? "text-ok-ink" : "text-danger-ink"}>
      <Icon aria-hidden className="size-3.5" />
      <span className="sr-only">{text.threads.thumbGiven[thumb]}</span>
    </span>
  );
}

function MessageFoot({ node }: { node: Node<Message> }) {
  const ending = endingOf(node.message);
  return (
    <div className="mt-1.5 space-y-2 empty:hidden">
      {ending && (
        <div className="space-y-2">
          <Badge tone={ending.kind === "failed" ? "danger" : "warn"}>
            {text.threads.endings[ending.kind]}
          </Badge>
          {ending.error !== null && <JsonBlock value={ending.error} label={text.threads.tool.error} />}
        </div>
      )}
      {/* Of a message whose parent is not loaded the other versions are not known either. */}
      {!node.isCut && <BranchPicker />}
    </div>
  );
}

const partComponents = {
  Text: TextPart,
  Reasoning: ReasoningPart,
  Image: ImagePart,
  tools: { Fallback: StoredTool },
  data: { Fallback: StoredPart },
};

function TextPart({ text: source }: TextMessagePartProps) {
  return <PartView part={{ kind: "text", text: source }} />;
}

function ReasoningPart({ text: source }: { text: string }) {
  return <PartView part={{ kind: "reasoning", text: source }} />;
}

function ImagePart({ image, filename }: ImageMessagePartProps) {
  return <PartView part={{ kind: "image", source: image, name: filename ?? null }} />;
}

/** Its artifact is what `repositoryOf` put there. */
function StoredTool({ artifact }: ToolCallMessagePartProps) {
  return <PartView part={artifact as ToolPart} />;
}

function StoredPart(props: DataMessagePartProps) {
  return <PartView part={props.data as Part} />;
}
