import { Wrench } from "lucide-react";
import { type ReactNode, useState } from "react";

import { Disclosure } from "./disclosure";
import { JsonBlock } from "./json-block";
import { MessageParts } from "./message-parts";
import { speakerOf } from "./speaker";
import type { NestedTranscript, ToolPart, ToolState } from "../transcript/shown";
import { fill, text } from "@/text";
import { Badge, type Tone } from "@/ui/badge";
import { Button } from "@/ui/button";

const words = text.threads.tool;

const tones: Record<ToolState["kind"], Tone> = {
  result: "ok",
  error: "danger",
  denied: "warn",
  asking: "warn",
  pending: "neutral",
};

/** A call of a tool: its name and how it went; opened, what went in and what came out. */
export function ToolCall({ part }: { part: ToolPart }) {
  const { state } = part;
  return (
    <Disclosure
      icon={<Wrench />}
      title={<span className="font-mono">{part.name === "" ? text.threads.part.noName : part.name}</span>}
      aside={<Badge tone={tones[state.kind]}>{text.threads.toolStates[state.kind]}</Badge>}
    >
      {part.call_id !== null && (
        <p className="font-mono text-xs [overflow-wrap:anywhere] text-faint">
          {fill(words.call, { id: part.call_id })}
        </p>
      )}
      <Section title={words.arguments}>
        {part.input === "" ? (
          <p className="text-[13px] text-faint">{words.noArguments}</p>
        ) : (
          <JsonBlock value={part.input} label={words.arguments} />
        )}
      </Section>
      {state.kind === "result" && (
        <Outcome title={state.is_preliminary ? words.preliminary : words.result} value={state.value} />
      )}
      {state.kind === "error" && <Outcome title={words.error} value={state.value ?? ""} />}
      <Extra title={words.approval} value={part.approval} />
      <Extra title={words.artifact} value={part.artifact} />
      <Extra title={words.interactions} value={part.interactions} />
      {part.messages.length > 0 && (
        <Section title={words.messages}>
          <NestedMessages messages={part.messages} />
        </Section>
      )}
    </Disclosure>
  );
}

/** So many nested messages are shown at first, and so many more with each step. */
const shownByStep = 30;

function NestedMessages({ messages }: { messages: readonly NestedTranscript[] }) {
  const [shown, setShown] = useState(shownByStep);
  return (
    <>
      <ol className="space-y-3 border-l-2 border-line pl-3">
        {messages.slice(0, shown).map((message) => (
          <li key={message.id} className="space-y-1.5">
            <p className="text-xs font-medium text-faint">{speakerOf(message)}</p>
            <MessageParts parts={message.parts} />
          </li>
        ))}
      </ol>
      {shown < messages.length && (
        <Button size="sm" onClick={() => setShown(shown + shownByStep)}>
          {text.threads.part.showMore}
        </Button>
      )}
    </>
  );
}

function Extra({ title, value }: { title: string; value: unknown }) {
  return value === null ? null : <Outcome title={title} value={value} />;
}

function Outcome({ title, value }: { title: string; value: unknown }) {
  return (
    <Section title={title}>
      <JsonBlock value={value} label={title} />
    </Section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="min-w-0 space-y-1.5">
      <p className="text-xs font-medium text-faint">{title}</p>
      {children}
    </div>
  );
}
