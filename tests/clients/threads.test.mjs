import assert from "node:assert/strict";
import { it } from "node:test";
import {
  LONG_AGO,
  append,
  openThread,
  says,
} from "./support/conversations.mjs";
import { readThread } from "./support/readings.mjs";
import { refused } from "./support/refusals.mjs";
import { forEveryClient, onEveryEngine } from "./support/suite.mjs";

onEveryEngine((server) => {
  forEveryClient(server, ({ version, connect }) => {
    const list = async (cloud, query) => {
      const { threads } = await cloud.threads.list(query);
      return threads.map((thread) => readThread(version, thread));
    };

    it("creates a thread and finds all of it in the list", async () => {
      const cloud = connect();
      const before = new Date().toISOString();
      const id = await openThread(cloud, {
        title: "Where is parcel P-88?",
        metadata: { tier: "gold", visits: 3, tags: ["a"], nested: { x: null } },
        external_id: "crm/7",
      });

      const [thread, ...others] = await list(cloud);
      assert.deepEqual(others, []);
      const { workspace_id, created_at, updated_at, ...rest } = thread;
      assert.deepEqual(rest, {
        id,
        project_id: server.project.id,
        title: "Where is parcel P-88?",
        metadata: { tier: "gold", visits: 3, tags: ["a"], nested: { x: null } },
        external_id: "crm/7",
        last_message_at: LONG_AGO.toISOString(),
        is_archived: false,
      });
      assert.match(id, /^thread_0[0-9A-Za-z]{23}$/);
      assert.match(workspace_id, /^(org|usr_anon)_/);
      assert.ok(before <= created_at && created_at <= updated_at);
      assert.ok(updated_at <= new Date().toISOString());
    });

    it("creates a thread from a time alone, without title, metadata or external id", async () => {
      const cloud = connect();
      await openThread(cloud);
      const [thread] = await list(cloud);
      const { title, metadata, external_id } = thread;
      assert.deepEqual(
        { title, metadata, external_id },
        { title: null, metadata: null, external_id: null },
      );
    });

    if (version.since("0.1.7")) {
      it("reads a thread by its id as the list shows it", async () => {
        const cloud = connect();
        const id = await openThread(cloud, { title: "One" });
        await openThread(cloud, { title: "Another" });
        const listed = (await list(cloud)).find((thread) => thread.id === id);
        const thread = readThread(version, await cloud.threads.get(id));
        assert.deepEqual(thread, listed);
        assert.equal(thread.title, "One");
      });
    }

    it("renames a thread", async () => {
      const cloud = connect();
      const id = await openThread(cloud, { title: "Before" });
      assert.deepEqual(await cloud.threads.update(id, { title: "After" }), {});
      const [thread] = await list(cloud);
      assert.equal(thread.title, "After");
    });

    it("moves an archived thread to the other list and back", async () => {
      const cloud = connect();
      const id = await openThread(cloud, { title: "Kept" });
      const sides = async () => ({
        unasked: (await list(cloud)).map((thread) => thread.id),
        active: (await list(cloud, { is_archived: false })).map(({ id }) => id),
        archived: (await list(cloud, { is_archived: true })).map((thread) => [
          thread.id,
          thread.is_archived,
        ]),
      });

      await cloud.threads.update(id, { is_archived: true });
      assert.deepEqual(await sides(), {
        unasked: [],
        active: [],
        archived: [[id, true]],
      });

      await cloud.threads.update(id, { is_archived: false });
      assert.deepEqual(await sides(), {
        unasked: [id],
        active: [id],
        archived: [],
      });
    });

    it("orders threads by their last message, and lets that time move either way", async () => {
      const cloud = connect();
      const [first, second] = [
        await openThread(cloud, { last_message_at: new Date(2_000_000) }),
        await openThread(cloud, { last_message_at: new Date(1_000_000) }),
      ];
      const ids = async () => (await list(cloud)).map(({ id }) => id);
      assert.deepEqual(await ids(), [first, second]);

      await cloud.threads.update(first, { last_message_at: new Date(500_000) });
      assert.deepEqual(await ids(), [second, first]);
    });

    it("replaces metadata as a whole and clears it with null", async () => {
      const cloud = connect();
      const id = await openThread(cloud, { metadata: { a: 1, b: 2 } });
      const metadata = async () => (await list(cloud))[0].metadata;

      await cloud.threads.update(id, { metadata: { c: 3 } });
      assert.deepEqual(await metadata(), { c: 3 });
      await cloud.threads.update(id, { metadata: null });
      assert.equal(await metadata(), null);
    });

    it("leaves alone what an update does not name", async () => {
      const cloud = connect();
      const id = await openThread(cloud, { title: "Same", external_id: "e-1" });
      const [before] = await list(cloud);
      await cloud.threads.update(id, {});
      assert.deepEqual(await list(cloud), [before]);

      await cloud.threads.update(id, { metadata: { seen: true } });
      const [after] = await list(cloud);
      assert.ok(after.updated_at >= before.updated_at);
      assert.deepEqual(after, {
        ...before,
        metadata: { seen: true },
        updated_at: after.updated_at,
      });
    });

    it("deletes a thread together with its messages", async () => {
      const cloud = connect();
      const id = await openThread(cloud);
      await append(cloud, id, null, says("user", "Hi"));
      assert.deepEqual(await cloud.threads.delete(id), {});

      assert.deepEqual(await list(cloud), []);
      assert.deepEqual(await cloud.threads.messages.list(id), { messages: [] });
      const gone = () => cloud.threads.delete(id);
      await refused(version, gone, 404, "Thread not found");
    });

    it("shows a stranger nothing of it, as if it did not exist", async () => {
      const owner = connect();
      const stranger = connect();
      const id = await openThread(owner, { title: "Private" });
      await append(owner, id, null, says("user", "Hi"));

      assert.deepEqual(await list(stranger), []);
      assert.deepEqual(await stranger.threads.messages.list(id), {
        messages: [],
      });
      const attempts = [
        () => stranger.threads.update(id, { title: "Mine" }),
        () => stranger.threads.delete(id),
        () => append(stranger, id, null, says("user", "Hi")),
      ];
      if (version.since("0.1.7")) {
        attempts.push(() => stranger.threads.get(id));
      }
      for (const attempt of attempts) {
        await refused(version, attempt, 404, "Thread not found");
      }
      const [thread] = await list(owner);
      assert.equal(thread.title, "Private");
    });
  });
});
