// A client's whole life on an identity provider's tokens: it hands over one, and goes on with what it
// got for it.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  append,
  openThread,
  says,
  threadIds,
} from "./support/conversations.mjs";
import { Issuer, claimsOf } from "./support/issuer.mjs";
import { overhear } from "./support/network.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine, someone } from "./support/suite.mjs";
import { until } from "./support/wait.mjs";
import { newest, versions } from "./support/versions.mjs";

const SHORT_LIFE_S = 3;

/** For tests of which each waits for a token to end. */
const together = { concurrency: true };

onEveryEngine((server) => {
  const issuer = new Issuer();
  let closed, rule;
  before(async () => {
    await issuer.start();
    closed = await server.createProject("Closed");
    [, rule] = await Promise.all([
      issuer.becomeTrustedBy(server),
      issuer.becomeTrustedBy(server, closed),
    ]);
  });
  after(() => issuer.stop());

  /** A client whose `authToken` gives these tokens, one at a call; `left` are those it has not asked for. */
  const connect = (version, tokens, project = server.project) => {
    const left = [...tokens];
    const cloud = new version.AssistantCloud({
      baseUrl: project.frontendUrl,
      authToken: async () => left.shift(),
    });
    return { cloud, left };
  };

  const inEachVersion = (declare) =>
    versions.forEach((version) =>
      it(`assistant-cloud ${version.name}`, (t) => declare(version, t)),
    );

  describe("Lives on one token, long after that has ended:", together, () => {
    inEachVersion(async (version) => {
      const person = someone();
      const token = await issuer.mint(person, { lifetime: SHORT_LIFE_S });
      const { cloud } = connect(version, [token]);
      const { answers, error } = await overhear(async () => {
        const thread = await openThread(cloud, { title: "Draft" });
        assert.deepEqual(await threadIds(cloud), [thread]);
        await cloud.threads.update(thread, { title: "Parcel P-88" });
        const question = says("user", "Where is it?");
        await append(cloud, thread, null, question);

        await until("the provider's token has ended", () => hasEnded(token));
        const { messages } = await cloud.threads.messages.list(thread);
        assert.deepEqual(
          messages.map(({ content }) => content),
          [question],
        );
        const { threads } = await cloud.threads.list();
        assert.equal(threads[0].title, "Parcel P-88");
        await cloud.threads.delete(thread);
        assert.deepEqual(await threadIds(cloud), []);
      });
      assert.ifError(error);
      assertSpentOnce(answers, token, 8);
      const given = claimsOf(tokenIn(answers[0].authorization));
      assert.equal(given.sub, person.userId);
      assert.equal(given.workspace_id, person.workspaceId);
      assert.equal(given.iss, server.project.frontendUrl);
      assert.equal(given.exp - given.iat, 60);
      await isOver(token);
    });
  });

  describe("Takes what it got from a refusal too:", () => {
    inEachVersion(async (version) => {
      const token = await issuer.mint(someone());
      const { cloud } = connect(version, [token]);
      const { answers, error } = await overhear(async () => {
        const nowhere = "thread_0aaaaaaaaaaaaaaaaaaaaaaa";
        await assert.rejects(cloud.threads.update(nowhere, { title: "x" }));
        assert.deepEqual(await threadIds(cloud), []);
      });
      assert.ifError(error);
      assert.equal(answers[0].status, 404);
      assertSpentOnce(answers, token, 2);
    });
  });

  describe("Asks for the next token 30 seconds before its own ends:", () => {
    inEachVersion(async (version, t) => {
      const person = someone();
      const lives = [{ lifetime: 600 }, { lifetime: 900 }];
      const tokens = await Promise.all(
        lives.map((life) => issuer.mint(person, life)),
      );
      const { cloud, left } = connect(version, tokens);
      const { answers, error } = await overhear(async () => {
        await openThread(cloud);
        await inSeconds(265, t, () => cloud.threads.list());
        await inSeconds(275, t, () => cloud.threads.list());
        await cloud.threads.list();
      });
      assert.ifError(error);
      assert.deepEqual(left, []);
      assertSpentOnce(answers.slice(0, 2), tokens[0], 2);
      assertSpentOnce(answers.slice(2), tokens[1], 2);
    });
  });

  describe("Asks once when a token is refused, and is given none:", () => {
    inEachVersion(async (version) => {
      const expired = await issuer.mint(someone(), { lifetime: -1 });
      const foreign = await issuer.mint(someone(), { audience: "another" });
      const refusals = [
        [expired, 401, "JWT token has expired"],
        [foreign, 403, "No auth rule matches the JWT iss and aud claims"],
      ];
      for (const [token, status, error] of refusals) {
        const { cloud } = connect(version, [token]);
        const { answers, error: surprise } = await overhear(() =>
          assert.rejects(cloud.threads.list()),
        );
        assert.ifError(surprise);
        assert.equal(answers.length, 1);
        assert.equal(answers[0].status, status);
        assert.equal(answers[0].authorization, null);
        assert.equal(JSON.parse(answers[0].text).error, error);
      }
    });
  });

  it("Gives a token that ends with the provider's, after a minute at least and five at most", async () => {
    for (const [lifetime, life] of [
      [20, 60],
      [180, 180],
      [900, 300],
    ]) {
      const token = await issuer.mint(someone(), { lifetime });
      const { cloud } = connect(newest, [token]);
      const { answers } = await overhear(() => cloud.threads.list());
      const { iat, exp } = claimsOf(tokenIn(answers[0].authorization));
      const end = lifetime === life ? claimsOf(token).exp : iat + life;
      assert.equal(exp, end);
    }
  });

  it("Gives nothing in exchange for a key or a workspace token", async () => {
    const person = someone();
    const browser = new newest.AssistantCloud({
      baseUrl: server.project.frontendUrl,
      authToken: () => server.mint(person),
    });
    const backend = modes.apiKey.connect(server, newest, person);
    for (const cloud of [browser, backend]) {
      const { answers } = await overhear(() => cloud.threads.list());
      assert.equal(answers.at(-1).status, 200);
      assert.equal(answers.at(-1).authorization, null);
    }
  });

  it("Once the rule is gone, what it gave is good to the end and no other token is, and the log tells why", async () => {
    const [first, next] = await Promise.all(
      [1, 2].map(() => issuer.mint(someone())),
    );
    const { cloud } = connect(newest, [first], closed);
    const thread = await openThread(cloud);
    const place = ["--project", closed.id, "--json"];
    await server.threadkeep(["rules", "remove", rule.id, ...place]);
    assert.deepEqual(await threadIds(cloud), [thread]);
    const newcomer = connect(newest, [next], closed).cloud;
    await refused(
      newest,
      () => newcomer.threads.list(),
      403,
      "No auth rule matches the JWT iss and aud claims",
    );
    const changes = await server.threadkeep(["audit", "list", ...place]);
    assert.deepEqual(
      changes.map(({ action }) => action),
      [
        ...["auth_rule.delete", "auth_rule.create"],
        ...["api_key.create", "project.create"],
      ],
    );
  });

  /** The provider's token is over for everybody who has nothing else. */
  const isOver = async (token) => {
    const answer = await server.ask("GET", "/threads", {
      base: server.project.frontendUrl,
      headers: { Authorization: `Bearer ${token}` },
    });
    assert.equal(answer.status, 401);
    assert.equal(answer.body.error, "JWT token has expired");
  };
});

/** Does something with the client's clock ahead. */
async function inSeconds(seconds, { mock }, act) {
  const later = Date.now() + seconds * 1000;
  const clock = mock.method(Date, "now", () => later);
  await act();
  clock.mock.restore();
}

const hasEnded = (token) => Date.now() > claimsOf(token).exp * 1000;

const tokenIn = (header) => header.replace(/^Bearer /, "");

/** Checks that only the first of so many requests bore this token, and all others what it was answered. */
function assertSpentOnce(answers, token, count) {
  const [first, ...others] = answers;
  assert.equal(first.sentAuthorization, `Bearer ${token}`);
  assert.match(first.authorization, /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  assert.deepEqual(
    others.map(({ sentAuthorization }) => sentAuthorization),
    Array(count - 1).fill(first.authorization),
  );
}
