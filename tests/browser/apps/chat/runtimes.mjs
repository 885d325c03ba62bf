// The runtimes of the packages, each with the model route that speaks its language.

import { HttpAgent } from "@ag-ui/client";
import { Client } from "@langchain/langgraph-sdk";
import { createElement as h, useMemo, useState } from "react";
import * as assistant from "@assistant-ui/react";
import { useAgUiRuntime } from "@assistant-ui/react-ag-ui";
import * as aiSdk from "@assistant-ui/react-ai-sdk";
import { useDataStreamRuntime } from "@assistant-ui/react-data-stream";
import { useLangGraphRuntime } from "@assistant-ui/react-langgraph";
import { CloudChat } from "./cloud-chat.mjs";
import { plainModel } from "./plain-model.mjs";
import { Screen } from "./screen.mjs";

const { AssistantRuntimeProvider, SimpleImageAttachmentAdapter } = assistant;

// Pictures travel inside the messages: no upload is part of these conversations.
const adapters = { attachments: new SimpleImageAttachmentAdapter() };

const onScreen = (runtime) =>
  h(AssistantRuntimeProvider, { runtime }, h(Screen));

function Local({ cloud }) {
  return onScreen(assistant.useLocalRuntime(plainModel, { cloud, adapters }));
}

function DataStream({ cloud }) {
  const options = { api: "/model/data-stream", cloud, adapters };
  return onScreen(
    useDataStreamRuntime({ ...options, protocol: "data-stream" }),
  );
}

function UiMessageStream({ cloud }) {
  const options = { api: "/model/ui-message-stream", cloud, adapters };
  return onScreen(
    useDataStreamRuntime({ ...options, protocol: "ui-message-stream" }),
  );
}

const newTransport = () =>
  new aiSdk.AssistantChatTransport({ api: "/model/ai-sdk" });

function Chat({ cloud }) {
  const [transport] = useState(newTransport);
  return onScreen(aiSdk.useChatRuntime({ transport, cloud, adapters }));
}

function Threads({ cloud }) {
  const threads = aiSdk.AISDKThreads({
    transport: newTransport,
    cloud,
    adapters,
  });
  const config = assistant.AuiConfig({ threads });
  return h(assistant.AuiProvider, { config }, h(Screen));
}

/** The checkpoint after which the graph's messages were these. */
const checkpointAfter = async (client, thread, messages) => {
  const ids = JSON.stringify(messages.map(({ id }) => id));
  const states = await client.threads.getHistory(thread);
  const found = states.find(
    ({ values }) => JSON.stringify(values.messages.map(({ id }) => id)) === ids,
  );
  return found?.checkpoint.checkpoint_id ?? null;
};

function LangGraph({ cloud }) {
  const client = useMemo(
    () => new Client({ apiUrl: `${location.origin}/langgraph` }),
    [],
  );
  const runtime = useLangGraphRuntime({
    cloud,
    adapters,
    stream: async (messages, config) => {
      const { externalId } = await config.initialize();
      return client.runs.stream(externalId, "agent", {
        input: messages.length > 0 ? { messages } : null,
        streamMode: ["messages", "updates"],
        signal: config.abortSignal,
        ...(config.checkpointId && { checkpointId: config.checkpointId }),
      });
    },
    create: async () => {
      const { thread_id } = await client.threads.create();
      return { externalId: thread_id };
    },
    load: async (thread) => {
      const { values } = await client.threads.getState(thread);
      return { messages: values.messages ?? [] };
    },
    getCheckpointId: (thread, messages) =>
      checkpointAfter(client, thread, messages),
  });
  return onScreen(runtime);
}

function useAgent() {
  const [agent] = useState(() => {
    return new HttpAgent({ url: `${location.origin}/model/ag-ui` });
  });
  return useAgUiRuntime({ agent, adapters });
}

function AgUi({ cloud }) {
  const adapter = assistant.useCloudThreadListAdapter({ cloud });
  const { useRemoteThreadListRuntime } = assistant;
  return onScreen(
    useRemoteThreadListRuntime({ runtimeHook: useAgent, adapter }),
  );
}

export const runtimes = {
  useLocalRuntime: Local,
  useDataStreamRuntime: UiMessageStream,
  "useDataStreamRuntime (data-stream)": DataStream,
  useChatRuntime: Chat,
  AISDKThreads: Threads,
  useCloudChat: CloudChat,
  useLangGraphRuntime: LangGraph,
  useAgUiRuntime: AgUi,
};
