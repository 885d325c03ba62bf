import assert from "node:assert/strict";
import { it } from "node:test";
import { append, openThread, says } from "./support/conversations.mjs";
import { inListOrder, readMessage } from "./support/readings.mjs";
import { refused } from "./support/refusals.mjs";
import { forEveryClient, onEveryEngine } from "./support/suite.mjs";

onEveryEngine((server) => {
  forEveryClient(server, ({ version, connect }) => {
    const list = async (cloud, threadId, ...query) => {
      const answer = await cloud.threads.messages.list(threadId, ...query);
      return answer.messages.map((message) => readMessage(version, message));
    };

    it("stores a conversation and lists it, the latest message first", async () => {
      const cloud = connect();
      const thread = await openThread(cloud);
      const question = await append(cloud, thread, null, says("user", "Hi"));
      const answer = says("assistant", "Hello there");
      const reply = await append(cloud, thread, question, answer);

      const messages = await list(cloud, thread);
      assert.deepEqual(
        messages.map(({ id, parent_id, height, format, content }) => {
          return { id, parent_id, height, format, content };
        }),
        [
          {
            id: reply,
            parent_id: question,
            height: 1,
            format: "aui/v0",
            content: answer,
          },
          {
            id: question,
            parent_id: null,
            height: 0,
            format: "aui/v0",
            content: says("user", "Hi"),
          },
        ],
      );
      assert.match(question, /^msg_0[0-9A-Za-z]{23}$/);
      for (const { created_at, updated_at } of messages) {
        assert.ok(created_at <= updated_at);
      }
    });

    it("lets a new message bring its thread to the top of the list", async () => {
      const cloud = connect();
      const thread = await openThread(cloud);
      const started = new Date();
      await cloud.threads.create({ last_message_at: started });
      await append(cloud, thread, null, says("user", "Hi"));
      const { threads } = await cloud.threads.list();
      assert.equal(threads[0].id, thread);
      assert.ok(new Date(threads[0].last_message_at) >= started);
    });

    it("keeps branches and several beginnings of a thread apart", async () => {
      const cloud = connect();
      const thread = await openThread(cloud);
      const at = {};
      const grow = async (name, parent) => {
        const content = says(name[0] === "q" ? "user" : "assistant", name);
        at[name] = await append(cloud, thread, at[parent] ?? null, content);
      };
      await grow("q1", null);
      await grow("a1", "q1");
      await grow("q2", "a1");
      await grow("a2", "q2");
      await grow("a1 again", "q1");
      await grow("q1 edited", null);
      await grow("a1 to the edit", "q1 edited");

      const messages = await list(cloud, thread);
      assert.deepEqual(
        Object.fromEntries(
          messages.map(({ id, parent_id, height }) => [
            id,
            { parent_id, height },
          ]),
        ),
        {
          [at.q1]: { parent_id: null, height: 0 },
          [at.a1]: { parent_id: at.q1, height: 1 },
          [at.q2]: { parent_id: at.a1, height: 2 },
          [at.a2]: { parent_id: at.q2, height: 3 },
          [at["a1 again"]]: { parent_id: at.q1, height: 1 },
          [at["q1 edited"]]: { parent_id: null, height: 0 },
          [at["a1 to the edit"]]: { parent_id: at["q1 edited"], height: 1 },
        },
      );
      assert.deepEqual(messages, inListOrder(messages));
      assert.equal(messages[0].id, at.a2);

      const told = new Set([null]);
      for (const { id, parent_id } of messages.toReversed()) {
        assert.ok(told.has(parent_id), "a parent comes before its children");
        told.add(id);
      }
    });

    it("takes a parent id the server never gave out as no parent", async () => {
      const cloud = connect();
      const thread = await openThread(cloud);
      await append(cloud, thread, "local-7", says("user", "Hi"));
      const [message] = await list(cloud, thread);
      assert.equal(message.parent_id, null);
    });

    it("refuses a parent that is not in the thread", async () => {
      const cloud = connect();
      const [here, elsewhere] = [
        await openThread(cloud),
        await openThread(cloud),
      ];
      const parent = await append(cloud, elsewhere, null, says("user", "Hi"));
      await refused(
        version,
        () => append(cloud, here, parent, says("assistant", "Hello")),
        400,
        "Parent message not found in thread",
      );
      assert.deepEqual(await list(cloud, here), []);
    });

    if (version.since("0.1.0")) {
      it("gets every message back as stored when it asks for the format they are in", async () => {
        const cloud = connect();
        const thread = await openThread(cloud);
        const root = await append(cloud, thread, null, says("user", "Hi"));
        await append(cloud, thread, root, says("assistant", "Hello"));
        assert.deepEqual(
          await list(cloud, thread, { format: "aui/v0" }),
          await list(cloud, thread),
        );
      });
    }

    if (version.since("0.1.18")) {
      it("replaces the content of a message, and nothing else of it", async () => {
        const cloud = connect();
        const thread = await openThread(cloud);
        const root = await append(cloud, thread, null, says("user", "Hi"));
        await append(cloud, thread, root, says("assistant", "Hello"));
        const before = await list(cloud, thread);
        const revised = says("user", "Hi again");
        const replace = (id) =>
          cloud.threads.messages.update(thread, id, { content: revised });
        assert.deepEqual(await replace(root), {});

        const after = await list(cloud, thread);
        const { updated_at } = after[1];
        assert.ok(updated_at >= before[1].updated_at);
        assert.deepEqual(after, [
          before[0],
          { ...before[1], content: revised, updated_at },
        ]);
        const unknown = () => replace("msg_0aaaaaaaaaaaaaaaaaaaaaaa");
        await refused(version, unknown, 404, "Message not found");
      });
    }

    if (version.since("0.2.9")) {
      it("deletes messages and ties the rest to the nearest ancestor left", async () => {
        const cloud = connect();
        const thread = await openThread(cloud);
        const ids = [];
        for (const text of ["a", "b", "c", "d"]) {
          const parent = ids.at(-1) ?? null;
          ids.push(await append(cloud, thread, parent, says("user", text)));
        }
        const [a, b, c, d] = ids;
        const drop = (...gone) => cloud.threads.messages.delete(thread, gone);
        assert.deepEqual(await drop(b, c), {});

        const messages = await list(cloud, thread);
        assert.deepEqual(
          messages.map(({ id, parent_id, height }) => [id, parent_id, height]),
          [
            [d, a, 1],
            [a, null, 0],
          ],
        );
        await refused(version, () => drop(b, c), 404, "Messages not found");
      });
    }
  });
});
