/** Who speaks. `other` is a role that the dashboard does not know, or none. */
export type Role = "user" | "assistant" | "system" | "other";

/** A message as the dashboard shows it, whatever format it was stored in. */
export interface ShownMessage {
  id: string;
  role: Role;
  /** The role as it was stored, when it is `other`. */
  roleName: string | undefined;
  format: string;
  createdAt: string;
  parts: Part[];
  /** Why the answer ended early, or what it waits for. */
  ending: Ending | undefined;
  /** The thumb that the user gave, where the client stored it with the message. */
  thumb: "up" | "down" | undefined;
}

/** How an answer ended, if not by being complete. */
export interface Ending {
  kind: "cancelled" | "length" | "filtered" | "failed" | "waiting" | "other";
  /** What the client stored about it. */
  error: unknown;
}

/** A piece of a message. */
export type Part =
  | { kind: "text"; text: string }
  | { kind: "reasoning"; text: string }
  | ToolPart
  | { kind: "image"; source: string; name: string | undefined }
  | {
      kind: "file";
      source: string;
      name: string | undefined;
      mediaType: string | undefined;
    }
  | {
      kind: "source";
      url: string | undefined;
      title: string | undefined;
      detail: string | undefined;
    }
  | { kind: "data"; name: string; value: unknown }
  | RawPart;

/** A call of a tool. */
export interface ToolPart {
  kind: "tool";
  name: string;
  callId: string | undefined;
  /** The arguments as text: JSON, or whatever the model wrote. */
  input: string;
  state: ToolState;
  /** What goes along with the result, for the app alone. */
  artifact: unknown;
  /** What the user did in what the app drew for the call. */
  interactions: unknown;
  /** What was asked of the user before the call, and the answer. */
  approval: unknown;
  /** The conversation of an agent that the call started. */
  messages: ShownMessage[];
}

export type ToolState =
  | { kind: "result"; value: unknown; isPreliminary: boolean }
  | { kind: "error"; value: unknown }
  | { kind: "denied" }
  | { kind: "asking" }
  | { kind: "pending" };

/** Stored content that cannot be shown in any better way. */
export interface RawPart {
  kind: "raw";
  why: "format" | "shape" | "part" | "many";
  value: unknown;
  /** The format or the type of the part, where there is one; the number of parts for `many`. */
  name: string | undefined;
}
