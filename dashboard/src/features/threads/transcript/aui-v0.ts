import { field, type Fields, fieldsOf, filledField, has, jsonText, textField } from "./read";
import type { Part, ShownMessage, ToolPart, ToolState } from "./shown";

type ShowNested = (nested: unknown, index: number) => ShownMessage;

/** The parts of an `aui/v0` message; undefined when it has not that shape. */
export function auiParts(content: Fields, showNested: ShowNested): Part[] | undefined {
  const stored = field(content, "content");
  if (typeof stored === "string") return [{ kind: "text", text: stored }];
  if (!Array.isArray(stored)) return undefined;
  const parts = stored.flatMap((part: unknown) => partOf(part, showNested));
  const attachments = field(content, "attachments");
  if (attachments === undefined) return parts;
  if (!Array.isArray(attachments)) return [...parts, rawPart(attachments)];
  return [...parts, ...attachments.flatMap((attachment: unknown) => attached(attachment, showNested))];
}

function partOf(part: unknown, showNested: ShowNested): Part[] {
  const fields = fieldsOf(part);
  const type = textField(fields, "type");
  if (fields === undefined || type === undefined) return [rawPart(part)];
  if (type === "tool-call") return [toolPart(fields, showNested) ?? rawPart(part)];
  const shown = plainPart(fields, type);
  if (shown === "nothing") return [];
  return [shown ?? rawPart(part)];
}

/** `nothing` is a part in which there is nothing to see. */
function plainPart(fields: Fields, type: string): Part | "nothing" | undefined {
  switch (type) {
    case "text":
      return written("text", textField(fields, "text"));
    case "reasoning":
      return written(
        "reasoning",
        filledField(fields, "text") ?? textField(fields, "unstable_summary") ?? textField(fields, "text"),
      );
    case "source":
      return sourcePart(fields);
    case "image":
      return imagePart(fields);
    case "file":
      return filePart(fields);
    case "audio":
      return audioPart(fields);
    case "data":
      return dataPart(textField(fields, "name"), field(fields, "data"));
    case "generative-ui":
      return dataPart("generative-ui", field(fields, "spec"));
    default:
      return type.startsWith("data-")
        ? dataPart(type.slice("data-".length), field(fields, "data"))
        : undefined;
  }
}

function written(kind: "text" | "reasoning", text: string | undefined): Part | "nothing" | undefined {
  if (text === undefined) return undefined;
  return text.trim() === "" ? "nothing" : { kind, text };
}

function sourcePart(fields: Fields): Part | undefined {
  const url = filledField(fields, "url");
  const title = filledField(fields, "title");
  if (url === undefined && title === undefined) return undefined;
  const detail = filledField(fields, "filename") ?? filledField(fields, "mediaType");
  return { kind: "source", url, title, detail };
}

function imagePart(fields: Fields): Part | undefined {
  const source = filledField(fields, "image");
  return source === undefined ? undefined : { kind: "image", source, name: filledField(fields, "filename") };
}

function filePart(fields: Fields): Part | undefined {
  const source = textField(fields, "data");
  if (source === undefined) return undefined;
  return {
    kind: "file",
    source,
    name: filledField(fields, "filename"),
    mediaType: filledField(fields, "mimeType"),
  };
}

function audioPart(fields: Fields): Part | undefined {
  const audio = fieldsOf(field(fields, "audio"));
  const source = textField(audio, "data");
  if (source === undefined) return undefined;
  return {
    kind: "file",
    source,
    name: undefined,
    mediaType: `audio/${textField(audio, "format") ?? "*"}`,
  };
}

function dataPart(name: string | undefined, value: unknown): Part | undefined {
  return name === undefined ? undefined : { kind: "data", name, value };
}

function rawPart(value: unknown): Part {
  return {
    kind: "raw",
    why: "part",
    value,
    name: textField(fieldsOf(value), "type"),
  };
}

function attached(attachment: unknown, showNested: ShowNested): Part[] {
  const fields = fieldsOf(attachment);
  const content = field(fields, "content");
  const name = filledField(fields, "name");
  if (fields === undefined || !Array.isArray(content)) return [rawPart(attachment)];
  const mediaType = filledField(fields, "contentType");
  if (content.length === 0) return [{ kind: "file", source: "", name, mediaType }];
  return content
    .flatMap((part: unknown) => partOf(part, showNested))
    .map((part) => named(part, name, mediaType));
}

/** What an attachment holds takes its name from it. */
function named(part: Part, name: string | undefined, mediaType: string | undefined): Part {
  if (part.kind === "image") return { ...part, name: part.name ?? name };
  if (part.kind === "file")
    return {
      ...part,
      name: part.name ?? name,
      mediaType: part.mediaType ?? mediaType,
    };
  if (part.kind === "text") return { kind: "data", name: name ?? "attachment", value: part.text };
  return part;
}

function toolPart(fields: Fields, showNested: ShowNested): ToolPart | undefined {
  const name = textField(fields, "toolName");
  if (name === undefined) return undefined;
  const nested = field(fields, "messages");
  return {
    kind: "tool",
    name,
    callId: filledField(fields, "toolCallId"),
    input: has(fields, "args") ? jsonText(fields.args) : readable(textField(fields, "argsText") ?? ""),
    state: toolState(fields),
    artifact: field(fields, "artifact"),
    interactions: field(fields, "unstable_interactions"),
    approval: field(fields, "approval") ?? field(fields, "interrupt"),
    messages: Array.isArray(nested)
      ? nested.map((message: unknown, index) => showNested(message, index))
      : [],
  };
}

function toolState(fields: Fields): ToolState {
  if (field(fields, "isError") === true) return { kind: "error", value: field(fields, "result") };
  if (has(fields, "result"))
    return {
      kind: "result",
      value: fields.result,
      isPreliminary: field(fields, "isPreliminary") === true,
    };
  const approval = fieldsOf(field(fields, "approval"));
  if (approval === undefined) return { kind: "pending" };
  const approved = field(approval, "approved");
  if (approved === false) return { kind: "denied" };
  return approved === true ? { kind: "pending" } : { kind: "asking" };
}

/** Text of arguments, indented when it is JSON. */
export function readable(text: string): string {
  try {
    return jsonText(JSON.parse(text));
  } catch {
    return text;
  }
}
