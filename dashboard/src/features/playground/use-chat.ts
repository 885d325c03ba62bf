import {
  type AssistantRuntime,
  type RemoteThreadListAdapter,
  useCloudThreadListAdapter,
  useLocalRuntime,
  useRemoteThreadListRuntime,
} from "@assistant-ui/react";
import { createAssistantStream } from "assistant-stream";
import { useEffect, useEffectEvent, useMemo, useState } from "react";

import { createCloud, titleOf } from "./cloud";
import { echo } from "./echo";
import type { Identity } from "./identity";
import { fill, text } from "@/text";
import { toast } from "@/ui/toast";

interface ChatOptions {
  projectId: string;
  identity: Identity;
  /** The thread of the URL. */
  threadId: string | undefined;
  onThread: (threadId: string | undefined) => void;
}

/** The runtime of the playground: the client's threads and messages, an echo for a model. */
export function useChat({ projectId, identity, threadId, onThread }: ChatOptions): AssistantRuntime {
  const [cloud] = useState(() => createCloud(projectId, identity));
  const client = useCloudThreadListAdapter({ cloud });
  const adapter = useMemo<RemoteThreadListAdapter>(
    () => ({
      ...client,
      rename: (id, title) => told(client.rename(id, title)),
      archive: (id) => told(client.archive(id)),
      unarchive: (id) => told(client.unarchive(id)),
      delete: (id) => told(client.delete(id)),
      initialize: (id) => told(client.initialize(id)),
      // Without a model the first words of the conversation are its title.
      generateTitle: async (id, messages) => {
        const title = titleOf(messages);
        if (title !== undefined) await cloud.threads.update(id, { title });
        return createAssistantStream((controller) => {
          if (title !== undefined) controller.appendText(title);
        });
      },
    }),
    [client, cloud],
  );
  const runtime = useRemoteThreadListRuntime({ adapter, runtimeHook: useEcho, onThreadIdChange: onThread });

  const follow = useEffectEvent(async (wanted: string | undefined) => {
    if (wanted === runtime.threads.mainItem.getState().remoteId) return;
    try {
      // Handed to the runtime as its thread, an archived one would be brought back from the archive.
      if (wanted === undefined) await runtime.threads.switchToNewThread();
      else await runtime.threads.switchToThread(wanted, { unarchive: false });
    } catch {
      toast.error(text.playground.list.missing);
      onThread(undefined);
    }
  });
  useEffect(() => void follow(threadId), [threadId]);
  return runtime;
}

function useEcho(): AssistantRuntime {
  return useLocalRuntime(echo);
}

/** Tells why something was refused, which the list takes back by itself. */
async function told<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    toast.error(fill(text.playground.refused, { message }));
    throw error;
  }
}
