import { auiParts } from "./aui-v0";
import { aiSdkParts } from "./ai-sdk";
import { field, type Fields, fieldsOf, textField } from "./read";
import type { Ending, Part, Role, ShownMessage } from "./shown";
import type { MessageView } from "@/api/contract";

const mostParts = 300;
const mostLevels = 4;

/** What is needed of a stored message. */
export type Stored = Pick<MessageView, "id" | "created_at" | "format" | "content">;

/**
 * A stored message as the dashboard shows it. Everything in it may be anything: what does not have the
 * shape of its format is kept as raw content, so that no message is ever missing.
 */
export function showMessage(stored: Stored, level = 0): ShownMessage {
  const content: unknown = stored.content;
  const fields = fieldsOf(content);
  const { role, roleName } = readRole(textField(fields, "role"));
  const shown: ShownMessage = {
    id: stored.id,
    role,
    roleName,
    format: stored.format,
    createdAt: stored.created_at,
    parts: [],
    ending: readEnding(fieldsOf(field(fields, "status"))),
    thumb: readThumb(fieldsOf(field(fields, "metadata"))),
  };
  shown.parts = capped(partsOf(stored, fields, level));
  return shown;
}

function partsOf(stored: Stored, fields: Fields | undefined, level: number): Part[] {
  const why = isKnown(stored.format) ? "shape" : "format";
  const raw: Part = {
    kind: "raw",
    why,
    value: stored.content,
    name: stored.format,
  };
  if (fields === undefined || level > mostLevels) return [raw];
  try {
    if (stored.format === "aui/v0")
      return auiParts(fields, (nested, index) => showNested(nested, stored, index, level)) ?? [raw];
    if (isKnown(stored.format)) return aiSdkParts(fields) ?? [raw];
    return [raw];
  } catch {
    return [raw];
  }
}

/** A message inside of a tool call, written as `aui/v0` too. */
function showNested(nested: unknown, outer: Stored, index: number, level: number): ShownMessage {
  const fields = fieldsOf(nested);
  return showMessage(
    {
      id: `${outer.id}/${index}`,
      created_at: textField(fields, "createdAt") ?? outer.created_at,
      format: outer.format,
      content: nested as Fields,
    },
    level + 1,
  );
}

/** True for the formats whose inside is known. */
export function isKnown(format: string): boolean {
  return format === "aui/v0" || format === "ai-sdk/v5" || format === "ai-sdk/v6";
}

function capped(parts: Part[]): Part[] {
  if (parts.length <= mostParts) return parts;
  const rest = parts.slice(mostParts);
  return [...parts.slice(0, mostParts), { kind: "raw", why: "many", value: rest, name: String(rest.length) }];
}

function readRole(role: string | undefined): {
  role: Role;
  roleName: string | undefined;
} {
  if (role === "user" || role === "assistant" || role === "system") return { role, roleName: undefined };
  return { role: "other", roleName: role };
}

function readThumb(metadata: Fields | undefined): ShownMessage["thumb"] {
  const type = textField(fieldsOf(field(metadata, "submittedFeedback")), "type");
  if (type === "positive") return "up";
  return type === "negative" ? "down" : undefined;
}

const endings = new Map<string, Ending["kind"]>([
  ["cancelled", "cancelled"],
  ["length", "length"],
  ["content-filter", "filtered"],
  ["error", "failed"],
]);

function readEnding(status: Fields | undefined): Ending | undefined {
  const type = textField(status, "type");
  if (type === "requires-action") return { kind: "waiting", error: undefined };
  if (type !== "incomplete") return undefined;
  const kind = endings.get(textField(status, "reason") ?? "") ?? "other";
  return { kind, error: field(status, "error") };
}
