import { JsonSource } from "@/features/threads/transcript/json-source";

/** A value as the server would have sent it. */
export const sent = (value: unknown) => new JsonSource(JSON.stringify(value));
