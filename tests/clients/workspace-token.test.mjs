// What an app's own chat route does with a workspace token: verify it with `jose`, from published keys.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { openThread } from "./support/conversations.mjs";
import { Issuer, claimsOf } from "./support/issuer.mjs";
import { overhear } from "./support/network.mjs";
import { modes, onEveryEngine, someone } from "./support/suite.mjs";
import { newest } from "./support/versions.mjs";

onEveryEngine((server) => {
  const issuer = new Issuer();
  let other;
  before(async () => {
    await issuer.start();
    await issuer.becomeTrustedBy(server);
    other = await server.createProject("Other");
  });
  after(() => issuer.stop());

  const keysOf = (project) =>
    createRemoteJWKSet(new URL(`${project.frontendUrl}/.well-known/jwks.json`));

  const verify = (token, project, keys = keysOf(project)) =>
    jwtVerify(token, keys, {
      issuer: project.frontendUrl,
      algorithms: ["EdDSA"],
      requiredClaims: ["sub", "workspace_id", "project_id", "exp"],
    });

  const belongsTo = async (person, token, project = server.project) => {
    const { payload } = await verify(token, project);
    assert.equal(payload.sub, person.userId);
    assert.equal(payload.workspace_id, person.workspaceId);
    assert.equal(payload.project_id, project.id);
  };

  const exchange = async (person) => {
    const cloud = new newest.AssistantCloud({
      baseUrl: server.project.frontendUrl,
      authToken: () => issuer.mint(person),
    });
    const { answers } = await overhear(() => openThread(cloud));
    return answers[0].authorization.replace(/^Bearer /, "");
  };

  it("A token minted with an API key is verified", async () => {
    const person = someone();
    await belongsTo(person, await server.mint(person));
    await belongsTo(person, await server.mint(person, other), other);
  });

  it("A token got in exchange for a provider's is verified", async () => {
    const person = someone();
    await belongsTo(person, await exchange(person));
  });

  it("An anonymous visitor's token is verified", async () => {
    const cloud = modes.anonymous.connect(server, newest);
    const { answers } = await overhear(() => openThread(cloud));
    const [, token] = answers.at(-1).sentAuthorization.split(" ");
    const { payload } = await verify(token, server.project);
    assert.match(payload.sub, /^usr_anon_0/);
    assert.equal(payload.workspace_id, payload.sub);
  });

  it("The discovery document leads to the same keys and issuer", async () => {
    const base = server.project.frontendUrl;
    const url = `${base}/.well-known/openid-configuration`;
    const { issuer: name, jwks_uri } = await (await fetch(url)).json();
    assert.equal(name, base);
    const keys = createRemoteJWKSet(new URL(jwks_uri));
    await verify(await server.mint(someone()), server.project, keys);
  });

  it("A token of another project is not verified", async () => {
    const token = await server.mint(someone(), other);
    await assert.rejects(verify(token, server.project), {
      code: "ERR_JWKS_NO_MATCHING_KEY",
    });
  });

  it("A token for another issuer is not verified", async () => {
    const token = await server.mint(someone());
    const lookalike = { ...server.project, frontendUrl: other.frontendUrl };
    await assert.rejects(verify(token, lookalike, keysOf(server.project)), {
      code: "ERR_JWT_CLAIM_VALIDATION_FAILED",
      claim: "iss",
    });
  });

  it("A token with other claims than were signed is not verified", async () => {
    const token = await server.mint(someone());
    const [header, , signature] = token.split(".");
    const claims = { ...claimsOf(token), workspace_id: "org_of_others" };
    const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
    const forged = [header, body, signature].join(".");
    await assert.rejects(verify(forged, server.project), {
      code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    });
  });

  it("A token from before a rotation of the key is verified after it, and so is the next", async () => {
    const person = someone();
    const earlier = await server.mint(person);
    const rotation = ["projects", "rotate-key", server.project.id, "--json"];
    await server.threadkeep(rotation);
    await belongsTo(person, earlier);
    const later = await server.mint(person);
    await belongsTo(person, later);
    assert.notEqual(keyOf(later), keyOf(earlier));
  });
});

const keyOf = (token) =>
  JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString()).kid;
