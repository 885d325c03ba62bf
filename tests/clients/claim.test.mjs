import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { threadIds } from "./support/conversations.mjs";
import { Browser } from "./support/network.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine, someone } from "./support/suite.mjs";
import { versions, versionsSince } from "./support/versions.mjs";
import { ask, storedToken } from "./support/visitors.mjs";

onEveryEngine((server) => {
  for (const version of versionsSince("0.2.0")) {
    const tokenIn = (browser) =>
      browser.visit(() =>
        version.exports.readAnonymousRefreshToken(server.url),
      );

    const signIns = [modes.workspaceToken, modes.apiKey];
    for (const former of versions) {
      for (const mode of signIns) {
        it(`A visitor of assistant-cloud ${former.name} who signs in to ${version.name} with ${mode.name} takes the threads along`, async () => {
          const browser = new Browser();
          const visitor = browser.open(former, server.url);
          const threads = [
            await ask(visitor, { title: "One", external_id: "e-1" }),
            await ask(visitor, { title: "Two" }),
          ];
          await visitor.threads.update(threads[1], { is_archived: true });

          const person = someone();
          const cloud = mode.connect(server, version, person);
          const claim = () =>
            cloud.threads.claim({ refresh_token: tokenIn(browser) });
          assert.deepEqual(await claim(), { moved: 2 });

          const claimed = await Promise.all(
            threads.map((id) => cloud.threads.get(id)),
          );
          assert.deepEqual(
            claimed.map(({ title, external_id, is_archived, workspace_id }) => {
              return { title, external_id, is_archived, workspace_id };
            }),
            [
              {
                title: "One",
                external_id: "e-1",
                is_archived: false,
                workspace_id: person.workspaceId,
              },
              {
                title: "Two",
                external_id: null,
                is_archived: true,
                workspace_id: person.workspaceId,
              },
            ],
          );
          for (const id of threads) {
            const { messages } = await cloud.threads.messages.list(id);
            assert.equal(messages.length, 1);
          }
          assert.deepEqual(await threadIds(visitor), []);

          assert.deepEqual(await claim(), { moved: 0 });
          await ask(visitor);
          assert.deepEqual(await claim(), { moved: 1 });
        });
      }
    }

    describe(`A claim by assistant-cloud ${version.name}`, () => {
      const connect = () => modes.workspaceToken.connect(server, version);

      it("moves nothing for a visitor who has not begun a thread", async () => {
        const browser = new Browser();
        await browser.open(version, server.url).threads.list();
        assert.deepEqual(
          await connect().threads.claim({ refresh_token: tokenIn(browser) }),
          { moved: 0 },
        );
      });

      it("is refused to an anonymous visitor", async () => {
        const [browser, other] = [new Browser(), new Browser()];
        const visitor = browser.open(version, server.url);
        await ask(other.open(version, server.url));
        await refused(
          version,
          () => visitor.threads.claim({ refresh_token: tokenIn(other) }),
          403,
          "Anonymous sessions cannot claim threads",
        );
      });

      it("is refused for a token of another project", async () => {
        const project = await server.createProject("Another");
        const browser = new Browser();
        const base = project.frontendUrl;
        await ask(browser.open(version, base));
        const refresh_token = storedToken(browser, version, base);
        await refused(
          version,
          () => connect().threads.claim({ refresh_token }),
          403,
          "Invalid refresh token",
        );
      });

      for (const [token, status, error] of [
        ["refresh_0unknown", 403, "Invalid refresh token"],
        ["session_1", 403, "Invalid refresh token format"],
        ["", 400, "Schema validation error"],
      ]) {
        it(`is refused for the token "${token}"`, async () => {
          await refused(
            version,
            () => connect().threads.claim({ refresh_token: token }),
            status,
            error,
          );
        });
      }
    });
  }
});
