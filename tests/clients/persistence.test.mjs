// The layer of the client that keeps a whole conversation: local ids, paging, storage formats.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aiSDKV6FormatAdapter } from "cloud-0.2.11/ai-sdk";
import { openThread, says } from "./support/conversations.mjs";
import { Browser, overhear } from "./support/network.mjs";
import { inListOrder, readMessage } from "./support/readings.mjs";
import { modes, onEveryEngine, someone } from "./support/suite.mjs";
import { newest, versions, versionsSince } from "./support/versions.mjs";

const MESSAGES = 450;

/** The runtime's own format, as far as this suite needs it. */
const auiV0 = {
  format: "aui/v0",
  encode: ({ message }) => says(message.role, message.text),
  decode: ({ id, parent_id, content }) => ({
    parentId: parent_id,
    message: { id, role: content.role, text: content.content[0].text },
  }),
  getId: ({ id }) => id,
};

onEveryEngine((server) => {
  const connect = (version, person = someone()) =>
    modes.workspaceToken.connect(server, version, person);

  const shapes = [
    {
      name: "450 messages in one line",
      async fill(persistence, thread) {
        for (let index = 0; index < MESSAGES; index += 1) {
          const parent = index === 0 ? null : `m${index - 1}`;
          const content = says("user", `${index}`);
          await persistence.append(
            thread,
            `m${index}`,
            parent,
            "aui/v0",
            content,
          );
        }
      },
    },
    {
      // All of one height and many of one moment: only the id tells where a page ends.
      name: "450 messages side by side",
      async fill(persistence, thread) {
        const append = (index) =>
          persistence.append(
            thread,
            `m${index}`,
            null,
            "aui/v0",
            says("user", `${index}`),
          );
        for (let index = 0; index < MESSAGES; index += 10) {
          const batch = Array.from({ length: 10 }, (_, at) => index + at);
          await Promise.all(batch.map(append));
        }
      },
    },
  ];

  for (const { name, fill } of shapes) {
    describe(`${name},`, () => {
      const owner = someone();
      let filling;

      /** The thread, filled once for all versions, and its messages as the plain API tells them. */
      const filled = () => {
        filling ??= (async () => {
          const cloud = connect(newest, owner);
          const thread = await openThread(cloud);
          const { CloudMessagePersistence } = newest.exports;
          await fill(new CloudMessagePersistence(cloud), thread);
          const path = `/threads/${thread}/messages`;
          const { body } = await server.askAs(owner, "GET", path);
          const { messages } = body;
          assert.equal(messages.length, MESSAGES);
          assert.deepEqual(messages, inListOrder(messages));
          assert.deepEqual(
            new Set(messages.map(({ external_id }) => external_id)),
            new Set(Array.from({ length: MESSAGES }, (_, at) => `m${at}`)),
          );
          return { thread, messages };
        })();
        return filling;
      };

      for (const version of versions) {
        it(`are all listed for assistant-cloud ${version.name}`, async () => {
          const { thread, messages } = await filled();
          const cloud = connect(version, owner);
          const answer = await cloud.threads.messages.list(thread);
          assert.deepEqual(
            answer.messages.map((message) => {
              const { id, parent_id, height, content, created_at } =
                readMessage(version, message);
              return { id, parent_id, height, content, created_at };
            }),
            messages.map(({ id, parent_id, height, content, created_at }) => {
              return { id, parent_id, height, content, created_at };
            }),
          );
        });
      }

      for (const version of versionsSince("0.1.18")) {
        it(`are all loaded by the message persistence of assistant-cloud ${version.name}`, async () => {
          const { thread, messages } = await filled();
          const cloud = connect(version, owner);
          const { CloudMessagePersistence } = version.exports;
          const persistence = new CloudMessagePersistence(cloud);
          const { answers, value } = await overhear(() =>
            persistence.load(thread, "aui/v0"),
          );
          assert.deepEqual(
            value.map(({ id }) => id),
            messages.map(({ id }) => id),
          );
          assert.ok(messages.every(({ id }) => persistence.isPersisted(id)));

          const pages = answers.filter(({ method }) => method === "GET");
          assert.equal(pages.length, version.since("0.2.0") ? 3 : 1);
        });

        it(`are decoded parents first by the format adapter of assistant-cloud ${version.name}`, async () => {
          const { thread, messages } = await filled();
          const cloud = connect(version, owner);
          const { CloudMessagePersistence, createFormattedPersistence } =
            version.exports;
          const formatted = createFormattedPersistence(
            new CloudMessagePersistence(cloud),
            auiV0,
          );
          const loaded = await formatted.load(thread);
          assert.deepEqual(
            loaded.messages,
            messages.toReversed().map(auiV0.decode),
          );
        });
      }
    });
  }

  for (const version of versionsSince("0.1.18")) {
    describe(`The message persistence of assistant-cloud ${version.name}`, () => {
      const { CloudMessagePersistence, createFormattedPersistence } =
        version.exports;

      /** A page showing the thread: what it remembers of message ids is its own. */
      const openPage = (cloud) =>
        createFormattedPersistence(new CloudMessagePersistence(cloud), auiV0);

      const item = (parentId, id, role, text) => ({
        parentId,
        message: { id, role, text },
      });

      const told = async (cloud, thread) => {
        const { messages } = await openPage(cloud).load(thread);
        const textOf = Object.fromEntries(
          messages.map(({ message }) => [message.id, message.text]),
        );
        return messages.map(({ parentId, message }) => [
          textOf[parentId] ?? null,
          message.text,
        ]);
      };

      it("stores a conversation under local ids, even an answer sent before its question is stored", async () => {
        const cloud = connect(version);
        const thread = await openThread(cloud);
        const page = openPage(cloud);
        await Promise.all([
          page.append(thread, item(null, "u1", "user", "Hi")),
          page.append(thread, item("u1", "a1", "assistant", "Hello")),
        ]);
        await page.append(thread, item("a1", "u2", "user", "Bye"));
        assert.deepEqual(await told(cloud, thread), [
          [null, "Hi"],
          ["Hi", "Hello"],
          ["Hello", "Bye"],
        ]);
      });

      it("goes on with a loaded conversation after a reload", async () => {
        const cloud = connect(version);
        const thread = await openThread(cloud);
        await openPage(cloud).append(thread, item(null, "u1", "user", "Hi"));

        const reloaded = openPage(cloud);
        const { messages } = await reloaded.load(thread);
        const [{ message }] = messages;
        await reloaded.append(
          thread,
          item(message.id, "a1", "assistant", "Hello"),
        );
        assert.deepEqual(await told(cloud, thread), [
          [null, "Hi"],
          ["Hi", "Hello"],
        ]);
      });

      it("updates a message when a tool result arrives later", async () => {
        const cloud = connect(version);
        const thread = await openThread(cloud);
        const page = openPage(cloud);
        await page.append(thread, item(null, "a1", "assistant", "Looking …"));
        const found = item(null, "a1", "assistant", "Found it");
        await page.update(thread, found, "a1");
        assert.deepEqual(await told(cloud, thread), [[null, "Found it"]]);
      });

      if (version.since("0.2.9")) {
        it("stores a message once, however often a page sends it", async () => {
          const cloud = connect(version);
          const thread = await openThread(cloud);
          const send = (text) =>
            openPage(cloud).append(thread, item(null, "u1", "user", text));
          await send("Hi");
          await send("Hi");
          await send("Hi there");
          assert.deepEqual(await told(cloud, thread), [[null, "Hi there"]]);
        });

        it("deletes messages, and takes those already gone for deleted", async () => {
          const cloud = connect(version);
          const thread = await openThread(cloud);
          const [page, tab] = [openPage(cloud), openPage(cloud)];
          await page.append(thread, item(null, "u1", "user", "Hi"));
          await page.append(thread, item("u1", "a1", "assistant", "Hello"));
          const { messages } = await tab.load(thread);
          const question = item(null, "u1", "user", "Hi");
          await page.delete(thread, [question]);
          assert.deepEqual(await told(cloud, thread), [[null, "Hello"]]);

          await tab.delete(thread, [messages[0]]);
          assert.equal(tab.isPersisted(messages[0].message.id), false);
          assert.deepEqual(await told(cloud, thread), [[null, "Hello"]]);
        });
      }
    });
  }

  it(`The AI SDK format of assistant-cloud ${newest.name} comes back as it was stored`, async () => {
    const page = new Browser().open(newest, server.url);
    const thread = await openThread(page);
    const { CloudMessagePersistence, createFormattedPersistence } =
      newest.exports;
    const open = () =>
      createFormattedPersistence(
        new CloudMessagePersistence(page),
        aiSDKV6FormatAdapter,
      );
    const question = {
      id: "u1",
      role: "user",
      parts: [{ type: "text", text: "Where is P-88?" }],
      metadata: { custom: {} },
    };
    const answer = {
      id: "a1",
      role: "assistant",
      metadata: { usage: { inputTokens: 3, outputTokens: 5 }, modelId: "m-1" },
      parts: [
        { type: "step-start" },
        {
          type: "tool-lookup",
          toolCallId: "call_1",
          state: "output-available",
          input: { parcel: "P-88" },
          output: { state: "in transit" },
        },
        { type: "text", text: "On its way.", state: "done" },
      ],
    };
    const writer = open();
    await writer.append(thread, { parentId: null, message: question });
    await writer.append(thread, { parentId: "u1", message: answer });

    const { messages } = await open().load(thread);
    const [first, second] = messages;
    assert.deepEqual(messages, [
      { parentId: null, message: { ...question, id: first.message.id } },
      {
        parentId: first.message.id,
        message: { ...answer, id: second.message.id },
      },
    ]);
  });
});
