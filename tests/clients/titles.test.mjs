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
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    if (value.type === "text-delta") text += value.textDelta;
  }
}

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
});
