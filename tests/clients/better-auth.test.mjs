// Users of an app that signs them in with Better Auth.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { BetterAuthApp } from "./support/better-auth.mjs";
import {
  append,
  openThread,
  says,
  threadIds,
} from "./support/conversations.mjs";
import { claimsOf } from "./support/issuer.mjs";
import { Browser } from "./support/network.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine } from "./support/suite.mjs";
import { newest } from "./support/versions.mjs";
import { ask, storedToken } from "./support/visitors.mjs";

onEveryEngine((server) => {
  const app = new BetterAuthApp();
  let teams;
  before(async () => {
    await app.start();
    await app.becomeTrustedBy(server);
    teams = await server.createProject("Teams");
    const workspace = ["--workspace", "activeOrganizationId"];
    const flags = [...workspace, "--workspace-fallback", "sub"];
    await app.becomeTrustedBy(server, flags, teams);
  });
  after(() => app.stop());

  const connect = (session, project = server.project) =>
    new newest.AssistantCloud({
      baseUrl: project.frontendUrl,
      authToken: session.token,
    });

  const signUpAndIn = async (name) => {
    const user = await app.signUp(name);
    return { user, session: await app.signIn(user) };
  };

  it("A user who signed up and in has their threads, and nobody else's", async () => {
    const [ann, bob] = await Promise.all(["Ann", "Bob"].map(signUpAndIn));
    const cloud = connect(ann.session);
    assert.deepEqual(await threadIds(cloud), []);
    const thread = await openThread(cloud, { title: "Parcel P-88" });
    await append(cloud, thread, null, says("user", "Where is it?"));
    assert.deepEqual(await threadIds(cloud), [thread]);
    assert.deepEqual(await threadIds(connect(bob.session)), []);

    const person = { userId: ann.user.id, workspaceId: ann.user.id };
    const backend = modes.apiKey.connect(server, newest, person);
    assert.deepEqual(await threadIds(backend), [thread]);
  });

  it("A user who signs in again finds their threads", async () => {
    const { user, session } = await signUpAndIn("Ann");
    const thread = await openThread(connect(session));
    const again = connect(await app.signIn(user));
    assert.deepEqual(await threadIds(again), [thread]);
  });

  it("The token is signed with EdDSA, and explained with the user's name", async () => {
    const { user, session } = await signUpAndIn("Ann Smith");
    const explanation = await server.explain(await session.token());
    assert.equal(explanation.is_accepted, true, JSON.stringify(explanation));
    assert.equal(explanation.unverified.alg, "EdDSA");
    const { identity } = explanation.rules[0];
    assert.deepEqual(identity, {
      user_id: user.id,
      workspace_id: user.id,
      name: "Ann Smith",
    });
  });

  it("Members of an organization share its threads while it is the active one", async () => {
    const people = await Promise.all(["Ann", "Bob"].map(signUpAndIn));
    const users = people.map(({ user }) => user);
    const team = await app.found("Team", users);
    const [ann, bob] = people.map(({ session }) => session);

    const alone = await openThread(connect(ann, teams));
    await Promise.all([ann.choose(team), bob.choose(team)]);
    const shared = await openThread(connect(ann, teams));
    assert.deepEqual(await threadIds(connect(bob, teams)), [shared]);

    await ann.choose(null);
    assert.deepEqual(await threadIds(connect(ann, teams)), [alone]);
  });

  it("A visitor who signs up takes over what they wrote before", async () => {
    const visitor = new Browser();
    const before = visitor.open(newest, server.project.frontendUrl);
    const thread = await ask(before);
    const { session } = await signUpAndIn("Ann");
    const cloud = connect(session);
    const refresh_token = storedToken(
      visitor,
      newest,
      server.project.frontendUrl,
    );
    const { moved } = await cloud.threads.claim({ refresh_token });
    assert.equal(moved, 1);
    assert.deepEqual(await threadIds(cloud), [thread]);
    assert.deepEqual(await threadIds(before), []);
  });

  it("The token of another app is refused", async () => {
    const stranger = new BetterAuthApp();
    await stranger.start();
    try {
      const session = await stranger.signIn(await stranger.signUp("Eve"));
      assert.equal(claimsOf(await session.token()).iss, stranger.url);
      const cloud = connect(session);
      await refused(
        newest,
        () => cloud.threads.list(),
        403,
        "No auth rule matches the JWT iss and aud claims",
      );
    } finally {
      await stranger.stop();
    }
  });
});
