// Replies that are stored while they are being written, under the lease of the tab that writes them.

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { openThread, says } from "./support/conversations.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine, someone } from "./support/suite.mjs";
import { versions, versionsSince } from "./support/versions.mjs";

const FORMAT = "aui/v0";
const HEARTBEAT_INTERVAL_MS = 15_000;

onEveryEngine((server) => {
  for (const version of versionsSince("0.2.11")) {
    describe(`assistant-cloud ${version.name}`, () => {
      const tabs = [];
      // Or they would beat for ever.
      afterEach(() => tabs.splice(0).forEach((tab) => tab.reset()));

      const openTab = (cloud) => {
        const tab = new version.exports.CloudMessagePersistence(cloud);
        tabs.push(tab);
        return tab;
      };

      /** A thread with a reply that is being written, and the hands of its tab. */
      const begin = async () => {
        const owner = someone();
        const cloud = modes.workspaceToken.connect(server, version, owner);
        const thread = await openThread(cloud);
        const tab = openTab(cloud);
        await tab.append(thread, "a1", null, FORMAT, reply(""), "running");
        const read = async () => {
          const { messages } = await cloud.threads.messages.list(thread);
          assert.equal(messages.length, 1);
          return messages[0];
        };
        return { owner, cloud, thread, tab, read };
      };

      const lease = async ({ cloud, thread }) => {
        const { run } = await cloud.threads.messages.create(thread, {
          parent_id: null,
          format: FORMAT,
          content: reply(""),
          open_run: true,
        });
        assert.equal(run.heartbeat_interval_ms, HEARTBEAT_INTERVAL_MS);
        return run.lease_id;
      };

      it("shows a reply as running until it ends", async () => {
        const { thread, tab, read } = await begin();
        assert.ok(tab.hasOpenRun("a1"));
        const { run } = await read();
        assert.equal(run.status, "running");
        assert.ok(run.last_heartbeat_ms_ago >= 0);
        assert.equal(tab.runStateOf(run).status, "in-progress");

        await tab.update(thread, "a1", FORMAT, reply("On its way."), "done");
        assert.ok(!tab.hasOpenRun("a1"));
        const ended = await read();
        assert.equal(ended.run.status, "ended");
        assert.deepEqual(ended.content, reply("On its way."));
      });

      it("keeps a reply that ends while it is being stored for the first time", async () => {
        const { cloud, thread } = await begin();
        const tab = openTab(cloud);
        await Promise.all([
          tab.append(thread, "a2", null, FORMAT, reply(""), "running"),
          tab.append(thread, "a2", null, FORMAT, reply("Fast."), "done"),
        ]);
        const { messages } = await cloud.threads.messages.list(thread);
        const stored = messages.find(({ external_id: id }) => id === "a2");
        assert.deepEqual(stored.content, reply("Fast."));
        assert.equal(stored.run.status, "ended");
      });

      it("beats, ends, and ends again", async () => {
        const scene = await begin();
        const { cloud, thread } = scene;
        const id = await lease(scene);
        const { runs } = cloud.threads;
        assert.deepEqual(await runs.heartbeat(thread, id), {
          heartbeat_interval_ms: HEARTBEAT_INTERVAL_MS,
        });
        await runs.end(thread, id, { reason: "cancelled" });
        await runs.end(thread, id, { reason: "done" });
        await refused(
          version,
          () => runs.heartbeat(thread, id),
          409,
          "run_ended",
        );
      });

      it("is told that a lease does not exist", async () => {
        const { cloud, thread } = await begin();
        const nothing = "lease_0aaaaaaaaaaaaaaaaaaaaaaa";
        const { runs } = cloud.threads;
        for (const call of [runs.heartbeat, runs.end]) {
          await refused(
            version,
            () => call.call(runs, thread, nothing),
            404,
            "Run lease not found",
          );
        }
      });

      for (const other of versions) {
        it(`writes replies that assistant-cloud ${other.name} reads and may change`, async () => {
          const { owner, thread, read } = await begin();
          const cloud = modes.workspaceToken.connect(server, other, owner);
          const { messages } = await cloud.threads.messages.list(thread);
          assert.equal(messages.length, 1);
          if (!other.since("0.1.18")) return;
          const content = reply("By another.");
          await cloud.threads.messages.update(thread, messages[0].id, {
            content,
          });
          const changed = await read();
          assert.deepEqual(changed.content, content);
          assert.equal(changed.run.status, "running");
        });
      }
    });
  }
});

const reply = (text) => says("assistant", text);
