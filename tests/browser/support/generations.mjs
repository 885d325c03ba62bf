// The generations of the packages that the app is built on, and the runtimes of each.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const apps = resolve(import.meta.dirname, "../apps");

/**
 * What a life can hold, by runtime. `format` is what it stores, if it stores messages itself; `edits` tells whether
 * a question can be changed and a reply be asked for again; `branches` whether the others are kept.
 */
const runtimes = {
  useLocalRuntime: { format: "aui/v0", edits: true, branches: true },
  useDataStreamRuntime: { format: "aui/v0", edits: true, branches: true },
  "useDataStreamRuntime (data-stream)": {
    format: "aui/v0",
    edits: true,
    branches: true,
  },
  useChatRuntime: { format: "ai-sdk/v6", edits: true, branches: true },
  AISDKThreads: { format: "ai-sdk/v6", edits: true, branches: true },
  // The hook has no branches, and lists the messages of all as one.
  useCloudChat: {
    package: "@assistant-ui/cloud-ai-sdk",
    format: "ai-sdk/v6",
    edits: false,
    branches: false,
  },
  // The graph keeps the messages, and the newest branch alone.
  useLangGraphRuntime: { edits: true, branches: false },
  useAgUiRuntime: { format: "aui/v0", edits: true, branches: true },
};

class Generation {
  /**
   * `copies`: what runtimes keep elsewhere is copied to the server; `attachments`: those of `aui/v0` are stored;
   * `feedback`: the runtimes that send it; `linear`: those that load all branches as one line; `overtakes`: those
   * whose reply loses its place when it overtakes the question; `repeats`: those that store a reply twice, once
   * under a placeholder that they forget.
   */
  constructor(
    folder,
    names,
    {
      copies,
      attachments,
      feedback = [],
      overtakes = [],
      repeats = [],
      linear = [],
    },
  ) {
    /** The folder of `apps` that it is installed in. */
    this.folder = folder;
    const manifest = resolve(apps, folder, "package.json");
    const { dependencies } = JSON.parse(readFileSync(manifest, "utf8"));
    /** Of every package that the app names. */
    this.versions = dependencies;
    this.title = `@assistant-ui/react ${dependencies["@assistant-ui/react"]}`;
    this.runtimes = names.map((name) => {
      const { format, package: from, ...others } = runtimes[name];
      const traits = linear.includes(name)
        ? { edits: false, branches: false }
        : others;
      const stored = format ?? (copies ? "aui/v0" : undefined);
      const pictures = attachments || stored !== "aui/v0";
      const maker = from ? `${from} ${dependencies[from]}` : this.title;
      const client = `${maker} ${name}`;
      return {
        name,
        client,
        ...traits,
        format: stored,
        pictures,
        feedback: feedback.includes(name),
        overtakes: overtakes.includes(name),
        repeats: repeats.includes(name),
      };
    });
  }
}

const everywhere = [
  "useLocalRuntime",
  "useChatRuntime",
  "useLangGraphRuntime",
  "useAgUiRuntime",
];

/** Oldest first. */
export const generations = [
  new Generation(
    "react-0.12",
    [...everywhere, "useDataStreamRuntime (data-stream)", "useCloudChat"],
    {
      copies: false,
      attachments: false,
      linear: ["useAgUiRuntime"],
      overtakes: ["useAgUiRuntime"],
    },
  ),
  new Generation("react-0.14", [...everywhere, "useDataStreamRuntime"], {
    copies: false,
    attachments: true,
    overtakes: ["useAgUiRuntime"],
  }),
  new Generation(
    "react-0.15",
    [...everywhere, "useDataStreamRuntime", "AISDKThreads"],
    {
      copies: true,
      attachments: true,
      feedback: ["useChatRuntime", "AISDKThreads"],
      repeats: ["useAgUiRuntime"],
      linear: ["useAgUiRuntime"],
    },
  ),
];

export const newestGeneration = generations.at(-1);
