// The published runtimes open what is stored in every format, and have all of it.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { messagesOf, runtimes, shownBySdk } from "./support/reading-app.mjs";
import { AssistantCloud } from "@assistant-ui/react";
import { append, openThread, says } from "./support/conversations.mjs";
import { stored } from "./support/corpus.mjs";
import { loadedSubstance, storedSubstance } from "./support/substance.mjs";
import { modes, onOneEngine, someone } from "./support/suite.mjs";
import { newest } from "./support/versions.mjs";

/** Runtimes join answers that follow one another. */
const BETWEEN = "between two answers";

/** As react-ai-sdk 1.0 reads; later ones read v6 the same way. */
const sdkV5 = {
  format: "ai-sdk/v5",
  encode: ({ message }) => message,
  decode: ({ id, parent_id: parentId, content }) => ({
    parentId,
    message: { id, ...content },
  }),
  getId: ({ id }) => id,
};

onOneEngine((server) => {
  const readers = [
    {
      name: "useLocalRuntime",
      reads: ["aui/v0"],
      knowsApprovals: true,
      load: ({ thread, count, cloud }) =>
        messagesOf(thread, count, runtimes.useLocalRuntime, cloud),
    },
    {
      name: "useChatRuntime",
      reads: ["aui/v0", "ai-sdk/v5", "ai-sdk/v6"],
      knowsApprovals: true,
      load: ({ thread, count, cloud }) =>
        messagesOf(thread, count, runtimes.useChatRuntime, cloud),
    },
    {
      name: "a reader of ai-sdk/v5",
      reads: ["aui/v0", "ai-sdk/v5"],
      knowsApprovals: false,
      load: async ({ thread, client }) => {
        const { CloudMessagePersistence, createFormattedPersistence } =
          newest.exports;
        const persistence = createFormattedPersistence(
          new CloudMessagePersistence(client),
          sdkV5,
        );
        const { messages } = await persistence.load(thread);
        return shownBySdk(messages.map(({ message }) => message));
      },
    },
  ];

  for (const format of ["aui/v0", "ai-sdk/v5", "ai-sdk/v6"]) {
    describe(`A thread stored as ${format}`, () => {
      const contents = stored(format);
      let filling;
      const filled = () => (filling ??= fill(server, format, contents));

      for (const reader of readers.filter(({ reads }) =>
        reads.includes(format),
      )) {
        it(`is loaded by ${reader.name} without loss`, async () => {
          const thread = await filled();
          const messages = (await reader.load(thread)).filter(isStored);
          assert.equal(messages.length, contents.length);
          for (const [at, { name, content }] of contents.entries()) {
            holds(reader, messages[at], content, name);
          }
        });
      }
    });
  }
});

const isStored = ({ content }) => content[0]?.text !== BETWEEN;

/** One thread of all contents of a format. */
async function fill(server, format, contents) {
  const person = someone();
  const client = modes.workspaceToken.connect(server, newest, person);
  const thread = await openThread(client);
  let parent = null;
  let count = 0;
  const add = async (content, fields) => {
    parent = await append(client, thread, parent, content, fields);
    count += 1;
  };
  for (const { content } of contents) {
    if (content.role !== "user" && parent) await add(says("user", BETWEEN));
    await add(content, { format });
  }
  const authToken = () => server.mint(person);
  const cloud = new AssistantCloud({ baseUrl: server.url, authToken });
  return { thread, count, client, cloud };
}

function holds({ knowsApprovals }, message, content, name) {
  const known = knowsApprovals ? content : withoutApprovals(content);
  const { approvals, ...rest } = storedSubstance(known);
  const { approvals: loadedApprovals, ...loadedRest } =
    loadedSubstance(message);
  assert.deepEqual(loadedRest, rest, name);
  assert.equal(loadedApprovals.length, approvals.length, name);
  for (const [at, loaded] of loadedApprovals.entries()) {
    // What nobody answered before the conversation went on, runtimes call cancelled.
    assert.deepEqual(loaded, { ...loaded, ...approvals[at] }, name);
  }
}

const withoutApprovals = (content) =>
  JSON.parse(JSON.stringify(content), (key, value) =>
    key === "approval" ? undefined : value,
  );
