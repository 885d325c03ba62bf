// Messages that carry an id of the caller's own, as transcript copies and the newest persistence send.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { append, openThread, says } from "./support/conversations.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine } from "./support/suite.mjs";
import { versionsSince } from "./support/versions.mjs";

onEveryEngine((server) => {
  for (const version of versionsSince("0.2.9")) {
    for (const mode of Object.values(modes)) {
      describe(`assistant-cloud ${version.name} with ${mode.name}`, () => {
        const connect = () => mode.connect(server, version);

        const put = (cloud, thread, external_id, content, fields) =>
          append(cloud, thread, null, content, { external_id, ...fields });

        const list = async (cloud, thread) => {
          const { messages } = await cloud.threads.messages.list(thread);
          return messages.map(({ id, external_id, parent_id, content }) => {
            const [{ text }] = content.content;
            return { id, external_id, parent_id, text };
          });
        };

        it("stores a message once for its external id, with the latest content", async () => {
          const cloud = connect();
          const thread = await openThread(cloud);
          const question = await put(cloud, thread, "l-1", says("user", "Hi"));
          const reply = (text) =>
            put(cloud, thread, "l-2", says("assistant", text), {
              parent_external_id: "l-1",
            });
          const answer = await reply("He");

          const same = await put(cloud, thread, "l-1", says("user", "Hi"));
          assert.equal(same, question);
          assert.equal(await reply("Hello"), answer);
          assert.deepEqual(await list(cloud, thread), [
            {
              id: answer,
              external_id: "l-2",
              parent_id: question,
              text: "Hello",
            },
            { id: question, external_id: "l-1", parent_id: null, text: "Hi" },
          ]);
        });

        it("stores it once when ten pages send it at the same moment", async () => {
          const cloud = connect();
          const thread = await openThread(cloud);
          const sent = Array.from({ length: 10 }, () =>
            put(cloud, thread, "l-1", says("user", "Hi")),
          );
          const ids = new Set(await Promise.all(sent));
          assert.equal(ids.size, 1);
          const messages = await list(cloud, thread);
          assert.deepEqual(new Set(messages.map(({ id }) => id)), ids);
          assert.equal(messages.length, 1);
        });

        it("stores it again in another thread", async () => {
          const cloud = connect();
          const [one, other] = [
            await openThread(cloud),
            await openThread(cloud),
          ];
          const first = await put(cloud, one, "l-1", says("user", "Hi"));
          const second = await put(cloud, other, "l-1", says("user", "Hi"));
          assert.notEqual(first, second);
        });

        it("is refused another role, and a parent that is not there", async () => {
          const cloud = connect();
          const thread = await openThread(cloud);
          await put(cloud, thread, "l-1", says("user", "Hi"));
          await refused(
            version,
            () => put(cloud, thread, "l-1", says("assistant", "Hi")),
            409,
            "Message role cannot change",
          );
          await refused(
            version,
            () =>
              put(cloud, thread, "l-2", says("user", "?"), {
                parent_external_id: "l-0",
              }),
            400,
            "Parent message with external_id not found in thread",
          );
        });
      });
    }
  }
});
