import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { append, openThread, says } from "./support/conversations.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine, someone } from "./support/suite.mjs";
import { versionsSince } from "./support/versions.mjs";

onEveryEngine((server) => {
  for (const version of versionsSince("0.2.0")) {
    for (const mode of Object.values(modes)) {
      describe(`A user of assistant-cloud ${version.name} with ${mode.name}`, () => {
        it("rates a message, changes their mind, and has one rating", async () => {
          const cloud = mode.connect(server, version);
          const thread = await openThread(cloud);
          const message = await append(cloud, thread, null, says("user", "Hi"));
          const rate = (body, id = message) =>
            cloud.threads.messages.feedback(thread, id, body);

          const first = await rate({ type: "positive", comment: "  nice  " });
          const { feedback_id } = first;
          assert.match(feedback_id, /^score_/);
          assert.deepEqual(first, {
            feedback_id,
            type: "positive",
            comment: "nice",
          });
          assert.deepEqual(await rate({ type: "positive" }), first);
          assert.deepEqual(await rate({ type: "negative" }), {
            feedback_id,
            type: "negative",
            comment: null,
          });

          const unknown = () =>
            rate({ type: "negative" }, "msg_0aaaaaaaaaaaaaaaaaaaaaaa");
          await refused(version, unknown, 404, "Message not found");
        });
      });
    }

    it(`Two users of assistant-cloud ${version.name} who share a thread have a rating each`, async () => {
      const { workspaceId } = someone();
      const connect = () =>
        modes.workspaceToken.connect(server, version, {
          ...someone(),
          workspaceId,
        });
      const [ann, bob] = [connect(), connect()];
      const thread = await openThread(ann);
      const message = await append(ann, thread, null, says("assistant", "Hi"));
      const rate = (user, type) =>
        user.threads.messages.feedback(thread, message, { type });

      const hers = await rate(ann, "positive");
      const his = await rate(bob, "negative");
      assert.notEqual(his.feedback_id, hers.feedback_id);
      assert.deepEqual(await rate(ann, "positive"), hers);
    });
  }
});
