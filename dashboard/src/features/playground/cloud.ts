import { AssistantCloud, type ThreadMessage } from "@assistant-ui/react";

import { clientBaseUrl, type Identity } from "./identity";
import { api, path } from "@/api/client";
import { messageOf } from "@/api/error";
import { toast } from "@/ui/toast";

/** The published client, for one identity. It reports no runs: an echo is none. */
export function createCloud(projectId: string, identity: Identity): AssistantCloud {
  const baseUrl = clientBaseUrl(projectId);
  if (identity.kind === "anonymous")
    return new AssistantCloud({ baseUrl, anonymous: true, telemetry: false });
  return new AssistantCloud({ baseUrl, authToken: () => mint(projectId, identity), telemetry: false });
}

async function mint(
  projectId: string,
  identity: Extract<Identity, { kind: "user" }>,
): Promise<string | null> {
  try {
    const body = { user_id: identity.userId, workspace_id: identity.workspaceId };
    const minted = await api.post<{ token: string }>(path`/projects/${projectId}/tokens`, body);
    return minted.token;
  } catch (error) {
    // The client tells nobody why it got no token.
    toast.error(messageOf(error));
    return null;
  }
}

const longestTitle = 60;

/** A title for a thread: the first words of its first message. */
export function titleOf(messages: readonly ThreadMessage[]): string | undefined {
  const first = messages.find((message) => message.role === "user");
  const words = textOf(first).replace(/\s+/g, " ").trim();
  if (words === "") return undefined;
  const letters = Array.from(words);
  return letters.length <= longestTitle
    ? words
    : `${letters
        .slice(0, longestTitle - 1)
        .join("")
        .trimEnd()}…`;
}

/** What is written in a message. */
export function textOf(message: ThreadMessage | undefined): string {
  return message?.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n") ?? "";
}
