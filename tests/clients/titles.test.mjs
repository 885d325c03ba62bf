<<<<<<< HEAD
// The title that a thread list asks for when a conversation begins.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { append, openThread, says } from "./support/conversations.mjs";
import { refused } from "./support/refusals.mjs";
import { forEveryClient, modes, onEveryEngine } from "./support/suite.mjs";
import { until } from "./support/wait.mjs";
import { versions, versionsSince } from "./support/versions.mjs";

const question = says("user", "Hello! Where is my parcel?");
const title = "Where is my parcel?";

/** The request of a thread list, on its way to the text of the answer. */
async function ask(cloud, thread, assistant = "system/thread_title") {
  const stream = await cloud.runs.stream({
    thread_id: thread,
    assistant_id: assistant,
    messages: [question],
  });
  let text = "";
  const reader = (stream.readable ?? stream).getReader();
=======
import assert from "node:assert/strict";
import { it } from "node:test";
import { append, openThread, says } from "./support/conversations.mjs";
import { readThread } from "./support/readings.mjs";
import { refused } from "./support/refusals.mjs";
import { forEveryClient, onEveryEngine } from "./support/suite.mjs";

/** The text that a client reads from a run's stream. */
async function readAll(stream) {
  const reader = (stream.readable ?? stream).getReader();
  let text = "";
>>>>>>> main
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    if (value.type === "text-delta") text += value.textDelta;
  }
}

<<<<<<< HEAD
/** Clients before 0.1.7 cannot ask for one thread. */
async function titleOf(cloud, thread) {
  const { threads } = await cloud.threads.list();
  return threads.find(({ id }) => id === thread).title;
}

onEveryEngine((server) => {
  forEveryClient(server, ({ connect, version }) => {
    it("is made from the question and stored", async () => {
      const cloud = await connect();
      const thread = await openThread(cloud);
      assert.equal(await ask(cloud, thread), title);
      assert.equal(await titleOf(cloud, thread), title);
    });

    it("is there as soon as the question is stored", async () => {
      const cloud = await connect();
      const thread = await openThread(cloud);
      await append(cloud, thread, null, question);
      await until("the thread has its title", async () => {
        return (await titleOf(cloud, thread)) === title;
      });
    });

    it("is the one that the user gave, when there is one", async () => {
      const cloud = await connect();
      const thread = await openThread(cloud, { title: "Parcels" });
      assert.equal(await ask(cloud, thread), "Parcels");
      assert.equal(await titleOf(cloud, thread), "Parcels");
    });

    it("is refused for a thread that does not exist", async () => {
      const cloud = await connect();
      const nowhere = "thread_0aaaaaaaaaaaaaaaaaaaaaaa";
      await refused(
        version,
        () => ask(cloud, nowhere),
        404,
        "Thread not found",
      );
    });

    it("comes from no other assistant", async () => {
      const cloud = await connect();
      const thread = await openThread(cloud);
      const run = () =>
        cloud.runs.stream({
          thread_id: thread,
          assistant_id: "asst_1",
          response_format: "vercel-ai-data-stream/v1",
          messages: [question],
        });
      await refused(version, run, 404, "Assistant not found");
    });
  });

  for (const version of versionsSince("0.1.42")) {
    describe(`generateThreadTitle of assistant-cloud ${version.name}`, () => {
      it("gives the title, and stores it once more", async () => {
        const cloud = modes.workspaceToken.connect(server, version);
        const thread = await openThread(cloud);
        await append(cloud, thread, null, question);
        const options = { threadId: thread, messages: [question] };
        const { generateThreadTitle } = version.exports;
        assert.equal(await generateThreadTitle(cloud, options), title);
        assert.equal(await titleOf(cloud, thread), title);
      });
    });
  }

  for (const version of versions) {
    it(`an assistant run started with the options of assistant-cloud ${version.name} finds no assistant`, async () => {
      const cloud = modes.workspaceToken.connect(server, version);
      const thread = await openThread(cloud);
      const { api, headers, body } =
        cloud.runs.__internal_getAssistantOptions("asst_1");
      const fields =
        typeof body === "function" ? await body({ threadId: thread }) : body;
      const response = await fetch(api, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(await headers()) },
        body: JSON.stringify({
          messages: [],
          tools: {},
          threadId: thread,
          ...fields,
        }),
      });
      assert.equal(response.status, 404);
      assert.equal((await response.json()).error, "Assistant not found");
    });
  }
=======
const question = says("user", "Hi, where is my parcel? It is late.");
const answer = says("assistant", "On its way");

onEveryEngine((server) => {
  forEveryClient(server, ({ version, connect }) => {
    const title = async (cloud, threadId, messages) =>
      readAll(
        await cloud.runs.stream({
          thread_id: threadId,
          assistant_id: "system/thread_title",
          messages,
        }),
      );
    const stored = async (cloud) => {
      const { threads } = await cloud.threads.list();
      return threads.map((thread) => readThread(version, thread).title);
    };

    it("gets a title of the first chat, and finds it in the list", async () => {
      const cloud = connect();
      const id = await openThread(cloud);
      const made = await title(cloud, id, [question, answer]);
      assert.equal(made, "Where is my parcel?");
      assert.deepEqual(await stored(cloud), ["Where is my parcel?"]);
    });

    it("gets it before the message is stored, and keeps it after", async () => {
      const cloud = connect();
      const id = await openThread(cloud);
      const whole = {
        id: "oTRL50A",
        createdAt: new Date(),
        ...question,
        attachments: [],
        metadata: { custom: {} },
      };
      assert.equal(await title(cloud, id, [whole]), "Where is my parcel?");
      await append(cloud, id, null, says("user", "Something else"));
      assert.deepEqual(await stored(cloud), ["Where is my parcel?"]);
    });

    it("is told the title that its user has given", async () => {
      const cloud = connect();
      const id = await openThread(cloud);
      await cloud.threads.update(id, { title: "Päckchen 📦" });
      assert.equal(await title(cloud, id, [question, answer]), "Päckchen 📦");
      assert.deepEqual(await stored(cloud), ["Päckchen 📦"]);
    });

    it("reads an empty title of a thread in which nothing is said", async () => {
      const cloud = connect();
      const id = await openThread(cloud);
      assert.equal(await title(cloud, id, []), "");
      assert.deepEqual(await stored(cloud), [null]);
    });

    it("is refused a title of a thread that is not there, and messages of another shape", async () => {
      const cloud = connect();
      const unknown = () => title(cloud, "thread_0", [question]);
      await refused(version, unknown, 404, "Thread not found");
      const id = await openThread(cloud);
      const wrong = () => title(cloud, id, [{ role: "bot", content: [] }]);
      const told =
        "Invalid messages format: messages[0].role must be one of system, user, assistant, tool";
      await refused(version, wrong, 400, told);
    });

    if (version.since("0.1.42")) {
      it("writes the title back that generateThreadTitle was told", async () => {
        const cloud = connect();
        const threadId = await openThread(cloud);
        const generate = (messages) =>
          version.exports.generateThreadTitle(cloud, { threadId, messages });
        assert.equal(await generate([]), null);
        assert.equal(await generate([answer, question]), "Where is my parcel?");
        assert.deepEqual(await stored(cloud), ["Where is my parcel?"]);
        assert.equal(await generate([question]), "Where is my parcel?");
      });
    }
  });
>>>>>>> main
});
