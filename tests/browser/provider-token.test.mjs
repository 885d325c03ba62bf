// A page of another origin, in a real browser, signs in with an identity provider's token.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { callersOf } from "../clients/support/chat-route.mjs";
import { Issuer } from "../clients/support/issuer.mjs";
import { onEveryEngine, someone } from "../clients/support/suite.mjs";
import { App } from "./support/app.mjs";
import { Browser } from "./support/browser.mjs";

const browser = new Browser();
const issuer = new Issuer();
before(() => Promise.all([browser.start(), issuer.start()]));
after(() => Promise.all([browser.stop(), issuer.stop()]));

onEveryEngine((server) => {
  let person;
  let caller;
  const app = new App({
    nextToken: () => issuer.mint(person),
    caller: (authorization) => caller(authorization),
  });
  before(async () => {
    caller = callersOf(server.project.frontendUrl);
    await app.start();
    await issuer.becomeTrustedBy(server);
  });
  after(() => app.stop());

  /** Declares tests with the project's list of origins being this one. */
  const withOrigins = (list, declare) =>
    describe(`With ${list.name},`, () => {
      before(() => server.threadkeep(["origins", "set", ...list.origins()]));
      declare();
    });
  const everyOrigin = { name: "no list of origins", origins: () => [] };
  const itsOrigin = {
    name: "the page's origin in the list",
    origins: () => [app.url],
  };
  const anotherOrigin = {
    name: "only another origin in the list",
    origins: () => ["https://elsewhere.example"],
  };

  /** Runs `act` on the app's page, as a user who was not there before. */
  const visit = (act) => {
    person = someone();
    return browser.visit(app.url, server.project.frontendUrl, act);
  };

  const threads = async () =>
    (await server.askAs(person, "GET", "/threads")).body.threads;

  withOrigins(everyOrigin, () => {
    it("the page may use it", async () => {
      await visit(async (page) => {
        await page.evaluate(createThread, "Draft");
        assert.equal((await page.evaluate(listThreads)).length, 1);
      });
    });
  });

  withOrigins(itsOrigin, () => {
    it("the page lists, creates, renames and deletes", async () => {
      await visit(async (page) => {
        const list = () => page.evaluate(listThreads);
        assert.deepEqual(await list(), []);
        const id = await page.evaluate(createThread, "Draft");
        assert.deepEqual(await list(), [{ id, title: "Draft" }]);
        await page.evaluate(renameThread, { id, title: "Parcel P-88" });
        assert.deepEqual(await list(), [{ id, title: "Parcel P-88" }]);
        const [{ workspace_id }] = await threads();
        assert.equal(workspace_id, person.workspaceId);
        await page.evaluate(deleteThread, id);
        assert.deepEqual(await list(), []);
      });
    });

    it("the page reads the exchanged token: its later requests bear that one", async () => {
      const asked = app.tokensAsked;
      await visit(async (page, requests) => {
        await page.evaluate(createThread, "Draft");
        for (let round = 0; round < 3; round += 1) {
          await page.evaluate(listThreads);
        }
        assert.equal(app.tokensAsked, asked + 1);
        const [first, ...others] = await Promise.all(requests.map(exchangeOf));
        assert.notEqual(first.sent, first.received);
        assert.deepEqual(
          others.map(({ sent }) => sent),
          Array(3).fill(first.received),
        );
      });
    });

    it("the page gets a token by which its own chat route knows the user", async () => {
      await visit(async (page) => {
        const base = server.project.frontendUrl;
        const known = await page.evaluate((url) => globalThis.chat(url), base);
        assert.deepEqual(known, person);
      });
    });
  });

  withOrigins(anotherOrigin, () => {
    it("the page reads nothing and writes nothing", async () => {
      await visit(async (page, requests) => {
        const attempts = [
          () => page.evaluate(listThreads),
          () => page.evaluate(createThread, "Draft"),
          () => page.evaluate(deleteThread, "thread_0aaaaaaaaaaaaaaaaaaaaaaa"),
        ];
        for (const attempt of attempts) {
          await assert.rejects(attempt(), /TypeError: Failed to fetch/);
        }
        const failures = requests.map((request) => request.failure());
        assert.deepEqual(
          failures.map((failure) => failure?.errorText),
          Array(attempts.length).fill("net::ERR_FAILED"),
        );
        assert.deepEqual(await threads(), []);
      });
    });

    it("the page cannot read the answer to a request that it may send unasked", async () => {
      await visit(async (page) => {
        const base = server.project.frontendUrl;
        for (const [method, path] of [
          ["POST", "/v1/auth/tokens/anonymous"],
          ["GET", "/v1/threads"],
        ]) {
          const request = { url: `${base}${path}`, method };
          await assert.rejects(
            page.evaluate(askPlainly, request),
            /TypeError: Failed to fetch/,
          );
        }
      });
    });

    it("the page may read the project's keys all the same", async () => {
      await visit(async (page) => {
        const url = `${server.project.frontendUrl}/.well-known/jwks.json`;
        const text = await page.evaluate(askPlainly, { url, method: "GET" });
        assert.equal(JSON.parse(text).keys[0].kty, "OKP");
      });
    });
  });
});

async function exchangeOf(request) {
  const { authorization: sent } = await request.allHeaders();
  const response = await request.response();
  const { authorization: received } = await response.allHeaders();
  return { sent, received };
}

// These run on the page.

const listThreads = async () => {
  const { threads } = await globalThis.cloud.threads.list();
  return threads.map(({ id, title }) => ({ id, title }));
};

const createThread = async (title) => {
  const last_message_at = new Date();
  const fields = { title, last_message_at };
  return (await globalThis.cloud.threads.create(fields)).thread_id;
};

const renameThread = ({ id, title }) =>
  globalThis.cloud.threads.update(id, { title });

const deleteThread = (id) => globalThis.cloud.threads.delete(id);

const askPlainly = async ({ url, method }) =>
  (await fetch(url, { method })).text();
