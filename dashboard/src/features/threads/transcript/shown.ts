import type { JsonSource } from "./json-source";
import type { ThreadDetail } from "@/api/contract";

/** A thread without its messages. */
export type ThreadFacts = Omit<ThreadDetail, "metadata"> & { metadata: JsonSource | null };

/** Who speaks. `other` is a role that the server does not know, or none. */
export type Role = "user" | "assistant" | "system" | "other";

/** A message of a thread, as the server reads it whatever format it was stored in. */
export interface Message extends Place {
  /** It was stored in a second format, too. */
  has_copy: boolean;
  transcript: Transcript;
}

/** A message as the client stored it. */
export interface StoredMessage extends Place {
  content: JsonSource;
  /** The same message in a second format, where a client wrote it twice; otherwise null. */
  copy: JsonSource | null;
}

/** Where a message stands, and what is known of it besides what was said. */
export interface Place {
  id: string;
  parent_id: string | null;
  external_id: string | null;
  /** How many messages stand above it. */
  height: number;
  created_at: string;
  updated_at: string;
  format: string;
  /** The run that writes it, where the client keeps a lease on its reply. */
  run?: Run | null;
}

/** A run of a reply. One that runs and is not heard of any more was interrupted. */
export interface Run {
  status: "running" | "ended";
  last_heartbeat_ms_ago: number;
}

/** A page of messages, the deepest and newest first. */
export interface Page<M extends Place> {
  messages: M[];
  next_cursor: string | null;
}

/** What a message says. */
export interface Transcript {
  role: Role;
  /** The role as it was stored, when it is `other`. */
  role_name: string | null;
  parts: Part[];
  /** Why the answer ended early, or what it waits for. */
  ending: Ending | null;
  /** The thumb that the user gave, where the client stored it with the message. */
  thumb: "up" | "down" | null;
  /** What the client measured while the answer came, as it was stored. */
  timing: JsonSource | null;
}

/** A message of the conversation inside of a tool call. */
export interface NestedTranscript extends Transcript {
  id: string;
  created_at: string;
}

/** How an answer ended, if not by being complete. */
export interface Ending {
  kind: "cancelled" | "length" | "filtered" | "failed" | "waiting" | "other";
  /** What the client stored about it; null for nothing. */
  error: JsonSource | null;
}

/** A piece of a message. */
export type Part =
  | { kind: "text"; text: string }
  | { kind: "reasoning"; text: string }
  | ToolPart
  | { kind: "image"; source: string; name: string | null }
  | { kind: "file"; source: string; name: string | null; media_type: string | null }
  | { kind: "source"; url: string | null; title: string | null; detail: string | null }
  | { kind: "data"; name: string; value: JsonSource | null }
  | RawPart;

/** A call of a tool. What is not there is null. */
export interface ToolPart {
  kind: "tool";
  name: string;
  call_id: string | null;
  /** The arguments as text: JSON, or whatever the model wrote. */
  input: string;
  state: ToolState;
  /** What goes along with the result, for the app alone. */
  artifact: JsonSource | null;
  /** What the user did in what the app drew for the call. */
  interactions: JsonSource | null;
  /** What was asked of the user before the call, and the answer. */
  approval: JsonSource | null;
  /** The conversation of an agent that the call started. */
  messages: NestedTranscript[];
}

export type ToolState =
  | { kind: "result"; value: JsonSource | null; is_preliminary: boolean }
  | { kind: "error"; value: JsonSource | null }
  | { kind: "denied" }
  | { kind: "asking" }
  | { kind: "pending" };

/** Stored content that cannot be shown in any better way. */
export interface RawPart {
  kind: "raw";
  why: "format" | "shape" | "part" | "many";
  value: JsonSource | null;
  /** The format or the type of the part, where there is one; the number of parts for `many`. */
  name: string | null;
}
