// An app that opens a stored thread and shows nothing: what its runtime then holds is what users would see.

import { document } from "./dom.mjs";
import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
import { AssistantRuntimeProvider, useLocalRuntime } from "@assistant-ui/react";
import { useChatRuntime } from "@assistant-ui/ai-sdk";
import { until } from "./wait.mjs";

const silent = { run: () => Promise.reject(new Error("nobody asked")) };

/** How a thread is opened: each is a hook that gives a runtime for the cloud's client. */
export const runtimes = {
  useLocalRuntime: (cloud) => useLocalRuntime(silent, { cloud }),
  useChatRuntime: (cloud) => useChatRuntime({ cloud }),
};

/** The messages of a thread as a runtime has them once it has loaded them all. */
export async function messagesOf(thread, count, useRuntime, cloud) {
  return withRuntime(
    () => useRuntime(cloud),
    async (runtime) => {
      await runtime.threads.switchToThread(thread);
      return until(`${count} messages are loaded`, () => held(runtime, count));
    },
  );
}

/** The messages of the AI SDK as its runtime has them, of a page that was given them. */
export function shownBySdk(messages) {
  return withRuntime(
    () => useChatRuntime({ messages }),
    (runtime) =>
      until(`${messages.length} messages are held`, () =>
        held(runtime, messages.length),
      ),
  );
}

function held(runtime, count) {
  const { messages } = runtime.thread.getState();
  return messages.length === count && messages;
}

async function withRuntime(useRuntime, use) {
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  let runtime;
  function App() {
    runtime = useRuntime();
    return h(AssistantRuntimeProvider, { runtime });
  }
  root.render(h(App));
  try {
    return await use(await until("the runtime is there", () => runtime));
  } finally {
    root.unmount();
    container.remove();
  }
}
