import { jsonText } from "./json-text";
import { bytesIn, safeUrl } from "./links";
import { endingOf, runOf } from "./run";
import type { Ending, Message, NestedTranscript, Part, ToolPart, Transcript } from "./shown";
import type { ThreadRow } from "@/api/contract";
import { fill, text } from "@/text";
import { utc } from "@/ui/time";

const words = text.threads.export;

/** A branch of a thread as a Markdown document. What people and models wrote stands in it as they wrote it. */
export function exportMarkdown(thread: ThreadRow, branch: readonly Message[]): string {
  const head = [`# ${oneLine(thread.title ?? text.threads.untitled)}`, factsOf(thread, branch.length)];
  const messages = branch.map(messageText);
  return `${[...head, ...messages].join("\n\n")}\n`;
}

/** A name for the file, without anything that a file system may not like. */
export function exportName(thread: ThreadRow, extension: "md" | "json"): string {
  const title = (thread.title ?? "").normalize("NFKD").toLowerCase();
  const slug = title
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${slug === "" ? "" : `${slug}-`}${thread.id}.${extension}`;
}

function factsOf(thread: ThreadRow, count: number): string {
  const user =
    thread.created_by_name === null
      ? code(thread.created_by)
      : `${oneLine(thread.created_by_name)} (${code(thread.created_by)})`;
  const facts: [string, string][] = [
    [words.thread, code(thread.id)],
    ...(thread.external_id === null
      ? []
      : [[words.externalId, code(thread.external_id)] as [string, string]]),
    [words.user, user],
    [words.workspace, code(thread.workspace_id)],
    [words.created, utc(new Date(thread.created_at))],
    [words.lastMessage, utc(new Date(thread.last_message_at))],
    [words.messages, String(count)],
  ];
  return facts.map(([name, value]) => `- ${name}: ${value}`).join("\n");
}

function messageText(message: Message): string {
  const run = runOf(message);
  const marks = run === undefined ? [] : [`*${text.threads.runs[run]}*`];
  return sectionOf(message.transcript, message.created_at, 2, [...marks, ...endingText(endingOf(message))]);
}

function nestedText(message: NestedTranscript, level: number): string {
  return sectionOf(message, message.created_at, level, endingText(message.ending));
}

function sectionOf(said: Transcript, at: string, level: number, marks: string[]): string {
  const title = `${"#".repeat(Math.min(level, 6))} ${speaker(said)} · ${when(at)}`;
  const body = [...said.parts.map((part) => partText(part, level)), ...marks];
  return [title, ...(body.length === 0 ? [`*${text.threads.emptyMessage}*`] : body)].join("\n\n");
}

function endingText(ending: Ending | null): string[] {
  return ending === null ? [] : [`*${text.threads.endings[ending.kind]}*`];
}

function speaker(said: Transcript): string {
  return oneLine(said.role_name ?? text.threads.roles[said.role]);
}

function when(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? text.ui.unknownTime : utc(date);
}

function partText(part: Part, level: number): string {
  switch (part.kind) {
    case "text":
      return part.text.trim();
    case "reasoning":
      return `> **${words.reasoning}**\n>\n${quoted(part.text.trim())}`;
    case "tool":
      return toolText(part, level);
    case "image":
      return fileText(words.image, part.name, null, part.source);
    case "file":
      return fileText(words.file, part.name, part.media_type, part.source);
    case "source":
      return `- ${words.source}: ${link(part.title ?? part.url ?? "", part.url)}`;
    case "data":
      return `**${words.data}** ${code(part.name)}\n\n${fence(jsonText(part.value), "json")}`;
    case "raw":
      return `**${words.raw}** ${code(part.name ?? "")}\n\n${fence(jsonText(part.value), "json")}`;
  }
}

function toolText(part: ToolPart, level: number): string {
  const call = [
    `**${words.tool}** ${code(part.name)}`,
    ...(part.input === "" ? [] : [fence(part.input, "json")]),
  ];
  const nested = part.messages.map((message) => nestedText(message, level + 1));
  return [...call, ...outcome(part), ...nested].join("\n\n");
}

function outcome({ state }: ToolPart): string[] {
  switch (state.kind) {
    case "result":
      return [`**${words.result}**`, fence(jsonText(state.value), "json")];
    case "error":
      return [`**${words.error}**`, fence(state.value?.string ?? jsonText(state.value), "")];
    default:
      return [`*${text.threads.toolStates[state.kind]}*`];
  }
}

function fileText(what: string, name: string | null, mediaType: string | null, source: string): string {
  const known = [name && oneLine(name), mediaType && oneLine(mediaType)].filter(Boolean).join(", ");
  const url = safeUrl(source);
  if (url !== undefined) return `- ${what}: ${link(known === "" ? url : known, url)}`;
  const bytes = bytesIn(source);
  const size = bytes === undefined ? "" : ` (${fill(words.bytes, { count: bytes })})`;
  return `- ${what}: ${known === "" ? words.unnamed : known}${size}`;
}

function link(label: string, url: string | null): string {
  const safe = url === null ? undefined : safeUrl(url);
  const shown = oneLine(label).replace(/([[\]\\])/g, "\\$1");
  return safe === undefined ? shown : `[${shown}](<${safe.replace(/[<>]/g, encodeURIComponent)}>)`;
}

function oneLine(value: string): string {
  return value.replace(/\s+/g, " ").trim();
}

function quoted(value: string): string {
  return value
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

/** Code in a line, whatever backticks are in it. */
function code(value: string): string {
  const plain = oneLine(value);
  if (plain === "") return "";
  const ticks = "`".repeat(longestRun(plain) + 1);
  const pad = plain.startsWith("`") || plain.endsWith("`") ? " " : "";
  return `${ticks}${pad}${plain}${pad}${ticks}`;
}

function fence(value: string, language: string): string {
  const ticks = "`".repeat(Math.max(3, longestRun(value) + 1));
  return `${ticks}${language}\n${value}\n${ticks}`;
}

function longestRun(value: string): number {
  return (value.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
