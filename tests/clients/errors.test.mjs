// What a user of each version sees of the server's refusals.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine } from "./support/suite.mjs";
import { versions } from "./support/versions.mjs";

const NOWHERE = "thread_0aaaaaaaaaaaaaaaaaaaaaaa";

const cases = [
  {
    what: "an empty title",
    status: 400,
    error: "Schema validation error",
    call: (cloud) =>
      cloud.threads.create({ title: "", last_message_at: new Date() }),
  },
  {
    what: "a title of 256 characters",
    status: 400,
    error: "Schema validation error",
    call: (cloud) =>
      cloud.threads.create({
        title: "x".repeat(256),
        last_message_at: new Date(),
      }),
  },
  {
    what: "a thread without a time",
    status: 400,
    error: "Schema validation error",
    call: (cloud) => cloud.threads.create({ title: "No time" }),
  },
  {
    what: "a page of 101 threads",
    status: 400,
    error: "Schema validation error",
    call: (cloud) => cloud.threads.list({ limit: 101 }),
  },
  {
    what: "message content that is a list",
    status: 400,
    error: "Schema validation error",
    call: async (cloud) => {
      const thread = { last_message_at: new Date() };
      const { thread_id } = await cloud.threads.create(thread);
      return cloud.threads.messages.create(thread_id, {
        parent_id: null,
        format: "aui/v0",
        content: [],
      });
    },
  },
  {
    what: "a token minted without an API key",
    status: 403,
    error: "This endpoint may only be accessed from the backend",
    call: (cloud) => cloud.auth.tokens.create(),
  },
  {
    what: "a thread that is not there",
    status: 404,
    error: "Thread not found",
    call: (cloud) => cloud.threads.update(NOWHERE, { title: "x" }),
  },
  {
    what: "a body of more than twelve mebibytes",
    status: 413,
    error: "Request body too large",
    call: (cloud) =>
      cloud.threads.create({
        last_message_at: new Date(),
        title: "x".repeat(12 * 1024 * 1024),
      }),
  },
];

onEveryEngine((server) => {
  for (const version of versions) {
    describe(`assistant-cloud ${version.name} shows in its own form`, () => {
      for (const { what, status, error, call } of cases) {
        it(`the ${status} for ${what}`, async () => {
          const cloud = modes.workspaceToken.connect(server, version);
          await refused(version, () => call(cloud), status, error);
        });
      }

      it("the schema's finding, by name and place", async () => {
        const cloud = modes.workspaceToken.connect(server, version);
        const body = await refused(
          version,
          () => cloud.threads.create({ title: 7, last_message_at: new Date() }),
          400,
          "Schema validation error",
        );
        assert.ok(Array.isArray(body.details));
        const [{ code, path, message }] = body.details;
        assert.deepEqual(
          [typeof code, path, typeof message],
          ["string", ["title"], "string"],
        );
      });
    });
  }
});
