import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { openThread, threadIds } from "./support/conversations.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine, someone } from "./support/suite.mjs";
import { until } from "./support/wait.mjs";
import { newest, versions, versionsSince } from "./support/versions.mjs";

const { apiKey, workspaceToken } = modes;

const claimsOf = (token) =>
  JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

onEveryEngine((server) => {
  let other;
  before(async () => {
    other = await server.createProject("Other");
  });

  for (const version of versions) {
    describe(`assistant-cloud ${version.name} with a workspace token`, () => {
      it("shares the threads of its workspace with every other member", async () => {
        const { workspaceId } = someone();
        const [ann, bob] = [1, 2].map(() =>
          workspaceToken.connect(server, version, {
            ...someone(),
            workspaceId,
          }),
        );
        const thread = await openThread(ann);
        assert.deepEqual(await threadIds(bob), [thread]);
      });

      it("makes its first calls in parallel", async () => {
        const cloud = workspaceToken.connect(server, version);
        const answers = await Promise.all(
          [1, 2, 3].map(() => cloud.threads.list()),
        );
        assert.deepEqual(answers, Array(3).fill({ threads: [] }));
      });

      it("is not given a token for somebody else", async () => {
        const cloud = workspaceToken.connect(server, version);
        await refused(
          version,
          () => cloud.auth.tokens.create(),
          403,
          "This endpoint may only be accessed from the backend",
        );
      });

      it("works at the default project's own base and at the root, with a final slash or without", async () => {
        const person = someone();
        const { frontendUrl } = server.project;
        const bases = [server.url, `${server.url}/`, frontendUrl];
        const made = [];
        for (const base of [...bases, `${frontendUrl}/`]) {
          const cloud = workspaceToken.connect(server, version, person, base);
          made.push(await openThread(cloud));
          assert.deepEqual(
            (await threadIds(cloud)).toSorted(),
            made.toSorted(),
          );
        }
      });

      it("of another project works at that project's base, and only there", async () => {
        const person = someone();
        const at = (baseUrl) =>
          new version.AssistantCloud({
            baseUrl,
            authToken: () => server.mint(person, other),
          });
        const thread = await openThread(at(other.frontendUrl));
        assert.deepEqual(await threadIds(at(other.frontendUrl)), [thread]);

        for (const base of [server.url, server.project.frontendUrl]) {
          await refused(
            version,
            () => at(base).threads.list(),
            403,
            "Origin does not match project ID",
          );
        }
        // The same workspace id in the default project is another workspace.
        const namesake = workspaceToken.connect(server, version, person);
        assert.deepEqual(await threadIds(namesake), []);
      });

      it("with a forged signature is turned away", async () => {
        const forge = async () => {
          const token = await server.mint(someone());
          const [header, , signature] = token.split(".");
          const claims = { ...claimsOf(token), workspace_id: "org_of_others" };
          const body = Buffer.from(JSON.stringify(claims));
          return [header, body.toString("base64url"), signature].join(".");
        };
        const cloud = new version.AssistantCloud({
          baseUrl: server.url,
          authToken: forge,
        });
        await refused(
          version,
          () => cloud.threads.list(),
          403,
          "JWT token is not valid",
        );
      });
    });
  }

  for (const version of versionsSince(apiKey.since)) {
    describe(`assistant-cloud ${version.name} with an API key`, () => {
      it("mints a token with which a browser acts as the same user", async () => {
        const person = someone();
        const backend = apiKey.connect(server, version, person);
        const thread = await openThread(backend);
        const { token } = await backend.auth.tokens.create();
        const browser = new version.AssistantCloud({
          baseUrl: server.project.frontendUrl,
          authToken: async () => token,
        });
        assert.deepEqual(await threadIds(browser), [thread]);

        const { iat, nbf, exp, ...claims } = claimsOf(token);
        assert.deepEqual(claims, {
          sub: person.userId,
          workspace_id: person.workspaceId,
          project_id: server.project.id,
          iss: server.project.frontendUrl,
        });
        assert.deepEqual([nbf - iat, exp - iat], [-10, 300]);
      });

      it("reaches every workspace of its project, and none of another", async () => {
        const person = someone();
        const thread = await openThread(
          apiKey.connect(server, version, person),
        );
        const elsewhere = apiKey.connect(server, version, person, other);
        assert.deepEqual(await threadIds(elsewhere), []);
        const member = { ...someone(), workspaceId: person.workspaceId };
        const colleague = apiKey.connect(server, version, member);
        assert.deepEqual(await threadIds(colleague), [thread]);
      });

      it("is told that keys belong to the root base", async () => {
        const { userId, workspaceId } = someone();
        const cloud = new version.AssistantCloud({
          baseUrl: server.project.frontendUrl,
          apiKey: server.project.key,
          userId,
          workspaceId,
        });
        await refused(
          version,
          () => cloud.threads.list(),
          403,
          "Origin does not match project ID",
        );
      });

      it("is told about a user or workspace id that cannot be one", async () => {
        const nobody = { ...someone(), userId: "ann smith" };
        const nowhere = { ...someone(), workspaceId: "a b" };
        await refused(
          version,
          () => apiKey.connect(server, version, nobody).threads.list(),
          403,
          "Invalid Aui-User-Id header",
        );
        await refused(
          version,
          () => apiKey.connect(server, version, nowhere).threads.list(),
          403,
          "Invalid Aui-Workspace-Id header",
        );
      });

      it("is turned away with a key that was mistyped", async () => {
        const key = server.project.key;
        const typo = key.slice(0, -1) + (key.endsWith("a") ? "b" : "a");
        const cloud = apiKey.connect(server, version, someone(), { key: typo });
        await refused(
          version,
          () => cloud.threads.list(),
          403,
          "Unknown or expired API key",
        );
      });

      it("works with a new key at once, until the key is revoked", async () => {
        const key = await server.createKey(other, `for ${version.name}`);
        const project = { ...other, key: key.key };
        const cloud = apiKey.connect(server, version, someone(), project);
        assert.deepEqual(await threadIds(cloud), []);

        await server.revokeKey(other, key);
        const attempt = () => cloud.threads.list();
        await until("the key is refused", () =>
          attempt().then(
            () => false,
            () => true,
          ),
        );
        await refused(version, attempt, 403, "Unknown or expired API key");
      });
    });
  }

  for (const version of versionsSince("0.2.9")) {
    it(`assistant-cloud ${version.name} acts as the next user after auth.invalidate`, async () => {
      const people = [someone(), someone()];
      const queue = [...people];
      const cloud = new version.AssistantCloud({
        baseUrl: server.url,
        authToken: () => server.mint(queue.shift()),
      });
      const first = await openThread(cloud);
      assert.deepEqual(await threadIds(cloud), [first]);
      cloud.auth.invalidate();
      assert.deepEqual(await threadIds(cloud), []);
      const second = await openThread(cloud);
      const ids = (person) =>
        threadIds(workspaceToken.connect(server, version, person));
      assert.deepEqual(await ids(people[0]), [first]);
      assert.deepEqual(await ids(people[1]), [second]);
    });
  }

  it(`assistant-cloud ${newest.name} may name any number of packages it runs in`, async () => {
    const cloud = workspaceToken.connect(server, newest);
    for (let index = 0; index < 20; index += 1) {
      cloud.registerSdk({ name: `@scope/package-${index}`, version: "1.2.3" });
    }
    cloud.registerSdk({ name: "n".repeat(300), version: "not-a-version" });
    assert.deepEqual(await threadIds(cloud), []);
  });

  it("The keys of a project are listed without their secrets", async () => {
    const { id } = await server.createKey(other, "listed");
    const command = ["keys", "list", "--project", other.id, "--json"];
    const keys = await server.threadkeep(command);
    assert.ok(keys.some((key) => key.id === id && key.name === "listed"));
    assert.ok(!JSON.stringify(keys).includes("sk_aui_proj_"));
  });
});
