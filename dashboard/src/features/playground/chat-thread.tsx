import {
  ActionBarPrimitive,
  AuiIf,
  ComposerPrimitive,
  ErrorPrimitive,
  MessagePrimitive,
  type TextMessagePartProps,
  ThreadPrimitive,
  useAuiState,
} from "@assistant-ui/react";
import { ArrowDown, ArrowUp, Pencil, RefreshCw, Square } from "lucide-react";

import { BranchFocus, BranchPicker } from "@/features/threads/branch-picker";
import { MarkdownText } from "@/features/threads/parts/markdown";
import { text } from "@/text";
import { Button, IconButton } from "@/ui/button";

const words = text.playground.thread;

/** The conversation of the open thread, and where one writes. */
export function ChatThread() {
  return (
    <BranchFocus>
      <ThreadPrimitive.Root className="flex min-h-0 flex-1 flex-col">
        <ThreadPrimitive.Viewport
          role="log"
          aria-label={words.label}
          // It scrolls, so that it must be reachable by the keyboard.
          tabIndex={0}
          className="relative min-h-0 flex-1 overflow-y-auto px-4 py-5 focus-visible:-outline-offset-2 sm:px-6"
        >
          <AuiIf condition={(state) => state.thread.isEmpty && !state.thread.isLoading}>
            <Welcome />
          </AuiIf>
          <div className="mx-auto max-w-2xl space-y-5">
            <ThreadPrimitive.Messages>{renderMessage}</ThreadPrimitive.Messages>
          </div>
        </ThreadPrimitive.Viewport>
        <div className="relative border-t border-line px-3 py-3 sm:px-4">
          <ThreadPrimitive.ScrollToBottom asChild>
            <IconButton
              look="secondary"
              size="sm"
              label={words.toBottom}
              icon={<ArrowDown aria-hidden className="size-4" />}
              className="absolute -top-9 left-1/2 -translate-x-1/2 disabled:hidden"
            />
          </ThreadPrimitive.ScrollToBottom>
          <Composer />
        </div>
      </ThreadPrimitive.Root>
    </BranchFocus>
  );
}

function Welcome() {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center py-10 text-center">
      <h2 className="font-semibold">{words.emptyTitle}</h2>
      <p className="mt-1 text-soft">{words.empty}</p>
      <div className="mt-5 flex flex-wrap justify-center gap-2">
        {words.suggestions.map(({ label, prompt }) => (
          <ThreadPrimitive.Suggestion key={label} prompt={prompt} send asChild>
            <Button size="sm">{label}</Button>
          </ThreadPrimitive.Suggestion>
        ))}
      </div>
    </div>
  );
}

const renderMessage = () => <Message />;

function Message() {
  const role = useAuiState((state) => state.message.role);
  const isEditing = useAuiState((state) => state.message.composer.isEditing);
  if (role === "user") return isEditing ? <EditComposer /> : <UserMessage />;
  return <EchoMessage />;
}

const actions =
  "inline-flex opacity-0 transition-opacity group-focus-within/message:opacity-100 group-hover/message:opacity-100 pointer-coarse:opacity-100";

function UserMessage() {
  return (
    <MessagePrimitive.Root
      role="article"
      aria-label={words.you}
      className="group/message flex flex-col items-end"
    >
      <div className="max-w-[85%] min-w-0 rounded-2xl rounded-br-md bg-accent-tint px-4 py-2.5">
        <MessagePrimitive.Parts components={partComponents} />
      </div>
      <div className="mt-1 flex min-h-7 items-center gap-1">
        <ActionBarPrimitive.Root className={actions} aria-label={words.actions}>
          <ActionBarPrimitive.Edit asChild>
            <IconButton size="sm" label={words.edit} icon={<Pencil aria-hidden className="size-3.5" />} />
          </ActionBarPrimitive.Edit>
        </ActionBarPrimitive.Root>
        <BranchPicker />
      </div>
    </MessagePrimitive.Root>
  );
}

function EchoMessage() {
  return (
    <MessagePrimitive.Root role="article" aria-label={words.echo} className="group/message">
      <p className="mb-1 text-xs font-medium text-faint">{words.echo}</p>
      <MessagePrimitive.Parts components={partComponents} />
      <MessagePrimitive.Error>
        <ErrorPrimitive.Root className="mt-2 rounded-lg bg-danger-tint px-3 py-2 text-[13px] text-danger-ink">
          {words.failed} <ErrorPrimitive.Message />
        </ErrorPrimitive.Root>
      </MessagePrimitive.Error>
      <div className="mt-1 flex min-h-7 items-center gap-1">
        <BranchPicker />
        <ActionBarPrimitive.Root hideWhenRunning className={actions} aria-label={words.actions}>
          <ActionBarPrimitive.Reload asChild>
            <IconButton
              size="sm"
              label={words.regenerate}
              icon={<RefreshCw aria-hidden className="size-3.5" />}
            />
          </ActionBarPrimitive.Reload>
        </ActionBarPrimitive.Root>
      </div>
    </MessagePrimitive.Root>
  );
}

const partComponents = { Text };

function Text({ text: source }: TextMessagePartProps) {
  return <MarkdownText source={source} />;
}

const field =
  "max-h-48 min-h-9 w-full resize-none bg-transparent px-3 py-2 text-sm outline-none placeholder:text-faint";
const frame =
  "rounded-xl border border-edge bg-surface focus-within:border-accent-ink focus-within:ring-1 focus-within:ring-accent-ink";

function EditComposer() {
  return (
    <ComposerPrimitive.Root className={`ml-auto max-w-[85%] ${frame}`}>
      <ComposerPrimitive.Input
        // Whoever chose to edit wants to type; the button they pressed is gone.
        autoFocus // eslint-disable-line jsx-a11y-x/no-autofocus
        aria-label={words.editInput}
        className={field}
      />
      <div className="flex justify-end gap-2 px-2 pb-2">
        <ComposerPrimitive.Cancel asChild>
          <Button size="sm">{text.ui.cancel}</Button>
        </ComposerPrimitive.Cancel>
        <ComposerPrimitive.Send asChild>
          <Button size="sm" look="primary" type="submit">
            {words.saveEdit}
          </Button>
        </ComposerPrimitive.Send>
      </div>
    </ComposerPrimitive.Root>
  );
}

function Composer() {
  return (
    <ComposerPrimitive.Root className={`mx-auto flex max-w-2xl items-end ${frame}`}>
      <ComposerPrimitive.Input
        aria-label={words.input}
        placeholder={words.placeholder}
        rows={1}
        className={field}
      />
      <div className="p-1">
        <AuiIf condition={(state) => !state.thread.isRunning}>
          <ComposerPrimitive.Send asChild>
            <IconButton
              look="primary"
              size="sm"
              type="submit"
              label={words.send}
              icon={<ArrowUp aria-hidden className="size-4" />}
            />
          </ComposerPrimitive.Send>
        </AuiIf>
        <AuiIf condition={(state) => state.thread.isRunning}>
          <ComposerPrimitive.Cancel asChild>
            <IconButton
              look="secondary"
              size="sm"
              label={words.stop}
              icon={<Square aria-hidden className="size-3 fill-current" />}
            />
          </ComposerPrimitive.Cancel>
        </AuiIf>
      </div>
    </ComposerPrimitive.Root>
  );
}
