import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openThread } from "./support/conversations.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine } from "./support/suite.mjs";
import { versionsSince } from "./support/versions.mjs";

onEveryEngine((server) => {
  for (const version of versionsSince("0.2.9")) {
    for (const mode of Object.values(modes)) {
      describe(`assistant-cloud ${version.name} with ${mode.name}, creating a thread with upsert,`, () => {
        const connect = () => mode.connect(server, version);
        const wanted = { external_id: "order-1", upsert: true };

        it("gets the thread that already has the external id, unchanged", async () => {
          const cloud = connect();
          const first = await openThread(cloud, { ...wanted, title: "First" });
          const again = await openThread(cloud, { ...wanted, title: "Second" });
          assert.equal(again, first);
          const { threads } = await cloud.threads.list();
          assert.deepEqual(
            threads.map(({ id, title }) => ({ id, title })),
            [{ id: first, title: "First" }],
          );
        });

        it("gets it also when it is archived", async () => {
          const cloud = connect();
          const first = await openThread(cloud, wanted);
          await cloud.threads.update(first, { is_archived: true });
          assert.equal(await openThread(cloud, wanted), first);
        });

        it("gets one and the same thread when ten pages ask at once", async () => {
          const cloud = connect();
          await cloud.threads.list();
          const asked = Array.from({ length: 10 }, () =>
            openThread(cloud, wanted),
          );
          assert.equal(new Set(await Promise.all(asked)).size, 1);
          assert.equal((await cloud.threads.list()).threads.length, 1);
        });

        it("is refused without an external id", async () => {
          const cloud = connect();
          await refused(
            version,
            () => openThread(cloud, { upsert: true }),
            400,
            "upsert requires external_id",
          );
        });

        it("does not find the external id in another workspace", async () => {
          const mine = await openThread(connect(), wanted);
          const theirs = await openThread(connect(), wanted);
          assert.notEqual(mine, theirs);
        });
      });
    }
  }
});
