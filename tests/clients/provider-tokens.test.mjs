// Tokens as the common libraries make them, in every algorithm, and what must not pass for one.

import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { SignJWT, UnsecuredJWT } from "jose";
import { openThread, threadIds } from "./support/conversations.mjs";
import { Issuer, libraries } from "./support/issuer.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine, someone } from "./support/suite.mjs";
import { newest } from "./support/versions.mjs";

const HS_ISSUER = "https://legacy.example";
const secret = randomBytes(32).toString("base64url");

onEveryEngine((server) => {
  const issuer = new Issuer();
  let rule;
  before(async () => {
    await issuer.start();
    [rule] = await Promise.all([
      issuer.becomeTrustedBy(server),
      shareSecret(server),
    ]);
  });
  after(() => issuer.stop());

  const connect = (token) =>
    new newest.AssistantCloud({
      baseUrl: server.project.frontendUrl,
      authToken: async () => token,
    });

  const opensTheWorkspaceOf = async (person, token) => {
    const thread = await openThread(connect(token));
    const backend = modes.apiKey.connect(server, newest, person);
    assert.deepEqual(await threadIds(backend), [thread]);
    const { body } = await server.askAs(person, "GET", `/threads/${thread}`);
    assert.equal(body.workspace_id, person.workspaceId);
  };

  const isRefused = (token, error) =>
    refused(newest, () => connect(token).threads.list(), 403, error);

  for (const [name, library] of Object.entries(libraries)) {
    describe(`A token made by ${name}`, () => {
      for (const alg of library.algorithms) {
        it(`with ${alg} opens the workspace it names`, async () => {
          const person = someone();
          const token = await issuer.mint(person, { alg, library });
          await opensTheWorkspaceOf(person, token);
        });
      }

      it("with HS256 and the shared secret opens the workspace it names", async () => {
        const person = someone();
        const claims = { ...issuer.claimsOf(person), iss: HS_ISSUER };
        const key = Buffer.from(secret);
        const token = await library.sign(claims, key, { alg: "HS256" });
        await opensTheWorkspaceOf(person, token);
      });
    });
  }

  it("A token signed by another key of the same name is refused", async () => {
    const { privateKey: key } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
    });
    const token = await issuer.mint(someone(), { key });
    await isRefused(token, "JWT token is not valid");
  });

  it("A token for another audience is refused", async () => {
    const token = await issuer.mint(someone(), { audience: "another-app" });
    await isRefused(token, "No auth rule matches the JWT iss and aud claims");
  });

  it("A token without a signature is refused", async () => {
    const claims = issuer.claimsOf(someone());
    const token = new UnsecuredJWT(claims).encode();
    await isRefused(token, "Unsupported authorization value");
  });

  it("A token that claims to have no signature and has one is refused", async () => {
    const [, claims, signature] = (await issuer.mint(someone())).split(".");
    const header = Buffer.from('{"alg":"none"}').toString("base64url");
    const token = [header, claims, signature].join(".");
    await isRefused(token, "JWT token algorithm is not valid");
  });

  it("A token of one issuer made with another one's shared secret is refused", async () => {
    const token = await new SignJWT(issuer.claimsOf(someone()))
      .setProtectedHeader({ alg: "HS256", kid: "rsa" })
      .sign(Buffer.from(secret));
    await isRefused(token, "No auth rule matches the JWT iss and aud claims");
  });

  it("A token brings no further fetch of a key set that is known", async () => {
    await threadIds(connect(await issuer.mint(someone(), { alg: "RS256" })));
    const fetches = issuer.asked.length;
    for (const alg of ["ES256", "EdDSA", "RS256"]) {
      const token = await issuer.mint(someone(), { alg });
      assert.deepEqual(await threadIds(connect(token)), []);
    }
    assert.equal(issuer.asked.length, fetches);
  });

  // The last one: it throws the keys away that all others sign with.
  it("After a leak of the issuer's keys, no token of the old ones passes once they are refreshed", async () => {
    const stolen = await issuer.mint(someone());
    assert.deepEqual(await threadIds(connect(stolen)), []);
    await issuer.renewKeys();
    await server.threadkeep(["rules", "refresh-keys", rule.id]);
    await isRefused(stolen, "JWT token is not valid");
    const person = someone();
    await opensTheWorkspaceOf(person, await issuer.mint(person));
  });
});

async function shareSecret(server) {
  const folder = await mkdtemp(join(tmpdir(), "threadkeep-secret-"));
  const file = join(folder, "secret.txt");
  await writeFile(file, secret);
  try {
    const flags = ["--name", "Legacy", "--issuer", HS_ISSUER];
    const workspace = ["--workspace", "org_id"];
    await server.addRule([...flags, "--secret-file", file, ...workspace]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
