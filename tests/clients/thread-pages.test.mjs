import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openThread, threadIds } from "./support/conversations.mjs";
import { inThreadOrder } from "./support/readings.mjs";
import { modes, onEveryEngine, someone } from "./support/suite.mjs";
import { newest, versions } from "./support/versions.mjs";

const PAGE = 20;

onEveryEngine((server) => {
  describe("45 threads, always three with the same last message time,", () => {
    const owner = someone();
    let creating;

    /** The ids in the order of the list, created once for all versions. */
    const created = () => {
      creating ??= (async () => {
        const cloud = modes.apiKey.connect(server, newest, owner);
        for (let index = 0; index < 45; index += 1) {
          const day = 1 + Math.floor(index / 3);
          await openThread(cloud, {
            last_message_at: new Date(Date.UTC(2026, 0, day)),
          });
        }
        const answer = await server.askAs(owner, "GET", "/threads?limit=100");
        const { threads } = answer.body;
        assert.equal(threads.length, 45);
        assert.deepEqual(threads, inThreadOrder(threads));
        return threads.map(({ id }) => id);
      })();
      return creating;
    };

    for (const version of versions) {
      const connect = () =>
        modes.workspaceToken.connect(server, version, owner);

      it(`come in pages of 20 to assistant-cloud ${version.name}, none twice and none left out`, async () => {
        const ids = await created();
        const cloud = connect();
        const first = await threadIds(cloud, { limit: PAGE });
        const second = await threadIds(cloud, {
          limit: PAGE,
          after: first.at(-1),
        });
        const third = await threadIds(cloud, {
          limit: PAGE,
          after: second.at(-1),
        });
        assert.deepEqual([first.length, second.length], [PAGE, PAGE]);
        assert.deepEqual([...first, ...second, ...third], ids);
        const beyond = { limit: PAGE, after: third.at(-1) };
        assert.deepEqual(await threadIds(cloud, beyond), []);
      });

      it(`come all at once to assistant-cloud ${version.name} when it names no limit`, async () => {
        const ids = await created();
        assert.deepEqual(await threadIds(connect()), ids);
      });

      it(`start over for assistant-cloud ${version.name} after an id that is not there`, async () => {
        const ids = await created();
        const after = "thread_0aaaaaaaaaaaaaaaaaaaaaaa";
        assert.deepEqual(
          await threadIds(connect(), { limit: PAGE, after }),
          ids.slice(0, PAGE),
        );
      });
    }
  });
});
