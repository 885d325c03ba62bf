import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { threadIds } from "./support/conversations.mjs";
import { Browser, overhear } from "./support/network.mjs";
import { onEveryEngine } from "./support/suite.mjs";
import { newest, versions } from "./support/versions.mjs";
import {
  ask,
  identityOf,
  storedToken,
  tokenName,
} from "./support/visitors.mjs";

onEveryEngine((server) => {
  for (const version of versions) {
    describe(`An anonymous visitor with assistant-cloud ${version.name}`, () => {
      it("keeps identity, threads and messages over a reload", async () => {
        const browser = new Browser();
        const page = browser.open(version, server.url);
        const thread = await ask(page);
        const identity = await identityOf(page);
        assert.match(identity, /^usr_anon_0[0-9A-Za-z]{23}$/);

        const reloaded = browser.open(version, server.url);
        assert.deepEqual(await threadIds(reloaded), [thread]);
        assert.equal(await identityOf(reloaded), identity);
        const { messages } = await reloaded.threads.messages.list(thread);
        assert.equal(messages.length, 1);

        const next = await ask(reloaded);
        const again = browser.open(version, server.url);
        assert.deepEqual(
          (await threadIds(again)).toSorted(),
          [thread, next].toSorted(),
        );
      });

      it("keeps the refresh token given first, reload after reload", async () => {
        const browser = new Browser();
        await browser.open(version, server.url).threads.list();
        const token = storedToken(browser, version, server.url);
        assert.match(token, /^refresh_0/);
        for (let reload = 0; reload < 3; reload += 1) {
          await browser.open(version, server.url).threads.list();
          assert.equal(storedToken(browser, version, server.url), token);
        }
      });

      it("is the same visitor in several tabs that load at once", async () => {
        const browser = new Browser();
        const thread = await ask(browser.open(version, server.url));
        const tabs = Array.from({ length: 5 }, () =>
          browser.open(version, server.url),
        );
        assert.deepEqual(
          await Promise.all(tabs.map(threadIds)),
          Array(5).fill([thread]),
        );
      });

      it("is somebody new in another browser, or once the storage is cleared", async () => {
        const browser = new Browser();
        const page = browser.open(version, server.url);
        await ask(page);
        const elsewhere = new Browser().open(version, server.url);
        assert.deepEqual(await threadIds(elsewhere), []);

        browser.storage.clear();
        const cleared = browser.open(version, server.url);
        assert.deepEqual(await threadIds(cleared), []);
        await ask(cleared);
        assert.notEqual(await identityOf(cleared), await identityOf(page));
      });

      it("starts anew when the server does not know the stored token", async () => {
        const browser = new Browser();
        await ask(browser.open(version, server.url));
        const name = tokenName(version, server.url);
        const grant = JSON.parse(browser.storage.getItem(name));
        const unknown = { ...grant, token: `${grant.token}x` };
        browser.storage.setItem(name, JSON.stringify(unknown));

        const { answers, value } = await overhear(() =>
          threadIds(browser.open(version, server.url)),
        );
        assert.deepEqual(value, []);
        const [refresh] = answers;
        assert.equal(refresh.status, 403);
        assert.equal(JSON.parse(refresh.text).error, "Invalid refresh token");
        const fresh = storedToken(browser, version, server.url);
        assert.match(fresh, /^refresh_0/);
        assert.notEqual(fresh, unknown.token);
      });

      it("is somebody else at another project's base", async () => {
        const project = await server.createProject(`For ${version.name}`);
        const browser = new Browser();
        await ask(browser.open(version, server.url));
        const there = browser.open(version, project.frontendUrl);
        assert.deepEqual(await threadIds(there), []);
        const thread = await ask(there);
        const { threads } = await there.threads.list();
        assert.deepEqual(
          threads.map(({ id, project_id }) => [id, project_id]),
          [[thread, project.id]],
        );
      });

      it("keeps the threads when the app moves on to the newest version", async () => {
        const browser = new Browser();
        const thread = await ask(browser.open(version, server.url));
        const updated = browser.open(newest, server.url);
        assert.deepEqual(await threadIds(updated), [thread]);
      });
    });
  }
});
