import { readable } from "./aui-v0";
import { field, type Fields, fieldsOf, filledField, has, jsonText, textField } from "./read";
import type { Part, ToolPart, ToolState } from "./shown";

/** The parts of an AI SDK message (`ai-sdk/v5`, `ai-sdk/v6`); undefined when it has not that shape. */
export function aiSdkParts(content: Fields): Part[] | undefined {
  const stored = field(content, "parts");
  if (!Array.isArray(stored)) return undefined;
  const metadata = fieldsOf(field(content, "metadata"));
  return stored.flatMap((part: unknown) => partOf(part, metadata));
}

function partOf(part: unknown, metadata: Fields | undefined): Part[] {
  const fields = fieldsOf(part);
  const type = textField(fields, "type");
  if (fields === undefined || type === undefined) return [rawPart(part)];
  // A boundary between the steps of a run, with nothing in it.
  if (type === "step-start") return [];
  const shown = plainPart(fields, type, metadata);
  if (shown === "nothing") return [];
  return [shown ?? rawPart(part)];
}

function plainPart(fields: Fields, type: string, metadata: Fields | undefined): Part | "nothing" | undefined {
  switch (type) {
    case "text":
    case "reasoning": {
      const text = textField(fields, "text");
      if (text === undefined) return undefined;
      return text.trim() === "" ? "nothing" : { kind: type, text };
    }
    case "file":
      return filePart(fields);
    case "source-url":
    case "source-document":
      return sourcePart(fields);
    case "dynamic-tool":
      return toolPart(fields, textField(fields, "toolName"), metadata);
    default:
      if (type.startsWith("tool-")) return toolPart(fields, type.slice("tool-".length), metadata);
      if (type.startsWith("data-"))
        return {
          kind: "data",
          name: type.slice("data-".length),
          value: field(fields, "data"),
        };
      return undefined;
  }
}

function filePart(fields: Fields): Part | undefined {
  const source = filledField(fields, "url");
  if (source === undefined) return undefined;
  const name = filledField(fields, "filename");
  const mediaType = filledField(fields, "mediaType");
  if (mediaType?.startsWith("image/")) return { kind: "image", source, name };
  return { kind: "file", source, name, mediaType };
}

function sourcePart(fields: Fields): Part | undefined {
  const url = filledField(fields, "url");
  const title = filledField(fields, "title");
  if (url === undefined && title === undefined) return undefined;
  const detail = filledField(fields, "filename") ?? filledField(fields, "mediaType");
  return { kind: "source", url, title, detail };
}

function rawPart(value: unknown): Part {
  return {
    kind: "raw",
    why: "part",
    value,
    name: textField(fieldsOf(value), "type"),
  };
}

function toolPart(
  fields: Fields,
  name: string | undefined,
  metadata: Fields | undefined,
): ToolPart | undefined {
  if (name === undefined) return undefined;
  const callId = filledField(fields, "toolCallId");
  const approval = field(fields, "approval");
  return {
    kind: "tool",
    name,
    callId,
    input: inputText(fields),
    state: toolState(fields),
    artifact: besides(metadata, "__aui_toolArtifacts", callId),
    interactions: besides(metadata, "__aui_toolInteractions", callId),
    approval:
      besides(metadata, "__aui_toolApprovalResponses", textField(fieldsOf(approval), "id")) ?? approval,
    messages: [],
  };
}

function inputText(fields: Fields): string {
  if (has(fields, "input")) return jsonText(fields.input);
  const raw = field(fields, "rawInput");
  return typeof raw === "string" ? readable(raw) : jsonText(raw);
}

function toolState(fields: Fields): ToolState {
  switch (textField(fields, "state")) {
    case "output-available":
      return {
        kind: "result",
        value: output(fields),
        isPreliminary: field(fields, "preliminary") === true,
      };
    case "output-error":
      return { kind: "error", value: field(fields, "errorText") };
    case "output-denied":
      return { kind: "denied" };
    case "approval-requested":
      return { kind: "asking" };
    default:
      return { kind: "pending" };
  }
}

/** The result, without what the client wraps around one that differs from what the model saw. */
function output(fields: Fields): unknown {
  const stored = field(fields, "output");
  const wrapped = fieldsOf(stored);
  return wrapped && has(wrapped, "__aui_modelContent") ? field(wrapped, "value") : stored;
}

/** What the client keeps in the message's metadata about a call. */
function besides(metadata: Fields | undefined, name: string, id: string | undefined): unknown {
  return id === undefined ? undefined : field(fieldsOf(field(metadata, name)), id);
}
