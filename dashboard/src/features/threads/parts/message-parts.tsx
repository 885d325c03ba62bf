import { Brain, Braces, FileQuestion } from "lucide-react";
import type { ReactNode } from "react";

import { FileChip, ImageChip, SourceChip } from "./chips";
import { Disclosure } from "./disclosure";
import { JsonBlock } from "./json-block";
import { LongText } from "./long-text";
import { MarkdownText } from "./markdown";
import { ToolCall } from "./tool-call";
import type { JsonSource } from "../transcript/json-source";
import type { Part, RawPart } from "../transcript/shown";
import { fill, text } from "@/text";

const words = text.threads.part;

/** The parts of a message, one below the other. */
export function MessageParts({ parts }: { parts: readonly Part[] }) {
  if (parts.length === 0) return <EmptyMessage />;
  return parts.map((part, index) => <PartView key={index} part={part} />);
}

/** Instead of parts, when a message has none. */
export function EmptyMessage() {
  return <p className="text-[13px] text-faint italic">{text.threads.emptyMessage}</p>;
}

/** A part of a message. */
export function PartView({ part }: { part: Part }): ReactNode {
  switch (part.kind) {
    case "text":
      return <MarkdownText source={part.text} />;
    case "reasoning":
      return <Reasoning source={part.text} />;
    case "tool":
      return <ToolCall part={part} />;
    case "image":
      return <ImageChip part={part} />;
    case "file":
      return <FileChip part={part} />;
    case "source":
      return <SourceChip part={part} />;
    case "data":
      return <Data name={part.name} value={part.value} />;
    case "raw":
      return <Raw part={part} />;
  }
}

function Reasoning({ source }: { source: string }) {
  return (
    <Disclosure icon={<Brain />} title={text.threads.reasoning}>
      <div className="text-soft">
        <MarkdownText source={source} />
      </div>
    </Disclosure>
  );
}

function Data({ name, value }: { name: string; value: JsonSource | null }) {
  const string = value?.string;
  return (
    <Disclosure
      icon={<Braces />}
      title={
        <>
          {words.data} <code className="font-mono text-soft">{name}</code>
        </>
      }
    >
      {string === undefined ? (
        <JsonBlock value={value} label={words.json} />
      ) : (
        <LongText text={string} isCode />
      )}
    </Disclosure>
  );
}

/** Content of which nothing better is known; it is open, since there is nothing else to read. */
function Raw({ part }: { part: RawPart }) {
  return (
    <Disclosure
      icon={<FileQuestion />}
      title={fill(words.raw[part.why], { name: part.name ?? words.noName })}
      isOpenAtFirst={part.why !== "many"}
    >
      <JsonBlock value={part.value} label={words.json} />
    </Disclosure>
  );
}
