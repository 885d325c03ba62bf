// Users who sign in at an OpenID Connect provider, found by discovery.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { openThread, threadIds } from "./support/conversations.mjs";
import {
  CHAT_API,
  GARDEN,
  OpenIdProvider,
  SHOP,
} from "./support/openid-provider.mjs";
import { refused } from "./support/refusals.mjs";
import { onEveryEngine, someone } from "./support/suite.mjs";
import { newest } from "./support/versions.mjs";

onEveryEngine((server) => {
  const provider = new OpenIdProvider();
  let api;
  before(async () => {
    await provider.start();
    const issuer = ["--issuer", provider.url];
    const rule = ["--name", "SSO", ...issuer, "--audience", SHOP];
    await server.addRule([...rule, "--name-claim", "name"]);
    api = await server.createProject("API");
    const preset = ["--preset", "oidc", ...issuer, "--audience", CHAT_API];
    await server.addRule(preset, api);
  });
  after(() => provider.stop());

  const connect = (token, project = server.project) =>
    new newest.AssistantCloud({
      baseUrl: project.frontendUrl,
      authToken: async () => token,
    });

  const nobodyFits = (cloud) =>
    refused(
      newest,
      () => cloud.threads.list(),
      403,
      "No auth rule matches the JWT iss and aud claims",
    );

  it("An ID token opens the user's own threads, at each sign-in", async () => {
    const { userId } = someone();
    const first = await provider.signIn(userId);
    const thread = await openThread(connect(first.id_token));
    const second = await provider.signIn(userId);
    assert.deepEqual(await threadIds(connect(second.id_token)), [thread]);
    const stranger = await provider.signIn(someone().userId);
    assert.deepEqual(await threadIds(connect(stranger.id_token)), []);
  });

  it("An ID token is explained with the user's name", async () => {
    const { userId } = someone();
    const { id_token } = await provider.signIn(userId);
    const { rules } = await server.explain(id_token);
    assert.deepEqual(rules[0].identity, {
      user_id: userId,
      workspace_id: userId,
      name: `${userId} Smith`,
    });
  });

  it("An access token for the rule's audience is accepted", async () => {
    const { userId } = someone();
    const tokens = await provider.signIn(userId, { resource: CHAT_API });
    const cloud = connect(tokens.access_token, api);
    const thread = await openThread(cloud);
    assert.deepEqual(await threadIds(cloud), [thread]);
  });

  it("An ID token for another app is refused", async () => {
    const { userId } = someone();
    const { id_token } = await provider.signIn(userId, { client: GARDEN });
    await nobodyFits(connect(id_token));
    const { is_accepted, rules } = await server.explain(id_token);
    assert.equal(is_accepted, false);
    assert.match(rules[0].problem.found, /garden/);
  });

  it("An access token for another audience is refused", async () => {
    const resource = "https://chat.example/other";
    const tokens = await provider.signIn(someone().userId, { resource });
    await nobodyFits(connect(tokens.access_token, api));
    await nobodyFits(connect(tokens.access_token));
  });

  it("An opaque access token is refused, and the client does not even send it", async () => {
    const { access_token } = await provider.signIn(someone().userId);
    await assert.rejects(connect(access_token).threads.list(), /token expiry/);
    const answer = await server.ask("GET", "/threads", {
      base: server.project.frontendUrl,
      headers: { Authorization: `Bearer ${access_token}` },
    });
    assert.equal(answer.status, 403);
    assert.equal(answer.body.error, "Unsupported authorization value");
  });
});
