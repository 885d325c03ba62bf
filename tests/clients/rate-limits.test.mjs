import assert from "node:assert/strict";
import { it } from "node:test";
import { openThread, threadIds } from "./support/conversations.mjs";
import { Browser, overhear } from "./support/network.mjs";
import { refused } from "./support/refusals.mjs";
import { onEveryEngine } from "./support/suite.mjs";
import { newest, versions } from "./support/versions.mjs";
import { ask, identityOf, storedToken } from "./support/visitors.mjs";
import { until } from "./support/wait.mjs";

const mint = { path: "/v1/auth/tokens/anonymous", perMinute: 30 };
const refresh = { path: "/v1/auth/tokens/refresh", perMinute: 120 };

/** The threads that a visitor may open at once. */
const perVisitor = 30;

onEveryEngine((server) => {
  /** Sends one request of the kind from the browser's address, and no more than that. */
  const send = async (browser, { path }, body) =>
    browser.visit(() => server.ask("POST", path.slice("/v1".length), { body }));

  /** Uses up what the address is allowed; gives back the refusal that shows it. */
  const exhaust = async (browser, kind, body) => {
    for (let sent = 0; sent < 2 * kind.perMinute; sent += 1) {
      const answer = await send(browser, kind, body);
      if (answer.status === 429) return answer;
      assert.equal(answer.status, 200, answer.text);
    }
    return assert.fail(`${2 * kind.perMinute} requests were let through`);
  };

  /** Repeats `task` at the exhausted address until the limit was what it met. */
  const overhearLimited = async (browser, kind, body, task) => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await exhaust(browser, kind, body);
      const heard = await overhear(task);
      const met = heard.answers.find(({ path }) => path.endsWith(kind.path));
      if (met.status === 429) return heard;
    }
    return assert.fail("the limit was never met");
  };

  it("One address is given 30 anonymous sessions in a minute, then told to wait", async () => {
    const browser = new Browser();
    for (let sent = 0; sent < mint.perMinute; sent += 1) {
      assert.equal((await send(browser, mint)).status, 200);
    }
    const { headers, body } = await exhaust(browser, mint);
    assert.equal(headers.get("Retry-After"), "60");
    assert.equal(body.error, "rate_limited");
    assert.ok(typeof body.message === "string" && body.message.length > 0);
    assert.equal((await send(new Browser(), mint)).status, 200);
  });

  it("One address may refresh 120 times in a minute, then is told to wait", async () => {
    const browser = new Browser();
    await browser.open(newest, server.url).threads.list();
    const grant = { refresh_token: storedToken(browser, newest, server.url) };
    const elsewhere = new Browser();
    for (let sent = 0; sent < refresh.perMinute; sent += 1) {
      assert.equal((await send(elsewhere, refresh, grant)).status, 200);
    }
    const { headers, body } = await exhaust(elsewhere, refresh, grant);
    assert.equal(headers.get("Retry-After"), "60");
    assert.equal(body.error, "rate_limited");
    assert.equal((await send(browser, refresh, grant)).status, 200);
  });

  for (const version of versions) {
    it(`A visitor who writes too much through assistant-cloud ${version.name} is told to wait, and loses nothing by asking again`, async () => {
      const browser = new Browser();
      const cloud = browser.open(version, server.url);
      const opened = [];
      const open = async () => opened.push(await openThread(cloud));
      for (let sent = 0; sent < perVisitor; sent += 1) await open();
      const told = await overhear(async () => {
        for (let sent = 0; sent < perVisitor; sent += 1) await open();
      });
      assert.equal(told.answers.at(-1).status, 429);
      await refused(version, () => openThread(cloud), 429, "rate_limited");
      // Somebody else at the same address is let in meanwhile.
      await openThread(
        new Browser({ address: browser.address }).open(version, server.url),
      );

      // It is the app that asks again: no version does so by itself.
      await until("the visitor is let in again", () =>
        open().catch(() => undefined),
      );
      const listed = await threadIds(cloud);
      assert.deepEqual(listed.toSorted(), opened.toSorted());
    });

    it(`A new visitor of assistant-cloud ${version.name} at a busy address is not signed in`, async () => {
      const browser = new Browser();
      const { error } = await overhearLimited(browser, mint, undefined, () =>
        new Browser({ address: browser.address })
          .open(version, server.url)
          .threads.list(),
      );
      assert.equal(error.message, "Authorization failed");
    });

    const keeps = version.since("0.1.41");
    it(`A visitor of assistant-cloud ${version.name} who returns at a busy address ${keeps ? "stays who they are" : "is taken for somebody new by that client"}`, async () => {
      const browser = new Browser();
      const thread = await ask(browser.open(version, server.url));
      const identity = await identityOf(browser.open(version, server.url));
      const refresh_token = storedToken(browser, version, server.url);

      const { value, error } = await overhearLimited(
        browser,
        refresh,
        { refresh_token },
        () => threadIds(browser.open(version, server.url)),
      );
      if (!keeps) {
        assert.deepEqual(value, []);
        assert.notEqual(
          storedToken(browser, version, server.url),
          refresh_token,
        );
        return;
      }
      assert.match(error.message, /refresh failed with status 429$/);
      const moved = new Browser({ storage: browser.storage });
      const page = moved.open(version, server.url);
      assert.deepEqual(await threadIds(page), [thread]);
      assert.equal(await identityOf(page), identity);
    });
  }
});
