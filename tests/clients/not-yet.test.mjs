// What a user of each version gets from the methods whose routes are not served yet.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { createAssistantCloudTraceExporter } from "cloud-0.2.11/telemetry";
import { openThread } from "./support/conversations.mjs";
import {
  actualMethods,
  expectedMethods,
  never,
  notYet,
} from "./support/methods.mjs";
import { overhear } from "./support/network.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine } from "./support/suite.mjs";
import { until } from "./support/wait.mjs";
import { newest, versions, versionsSince } from "./support/versions.mjs";

describe("The suite knows every method", () => {
  for (const version of versions) {
    it(`of assistant-cloud ${version.name}`, () => {
      const cloud = new version.AssistantCloud({
        baseUrl: "http://127.0.0.1",
        anonymous: true,
      });
      assert.deepEqual(actualMethods(cloud), expectedMethods(version));
    });
  }
});

onEveryEngine((server) => {
  const refusals = [
    ...Object.entries(notYet).map((row) => [...row, "not yet"]),
    ...Object.entries(never).map((row) => [...row, "never"]),
  ];
  for (const [method, { since, call }, when] of refusals) {
    for (const version of versionsSince(since)) {
      for (const mode of Object.values(modes)) {
        if (!version.since(mode.since)) continue;
        it(`${method} of assistant-cloud ${version.name} with ${mode.name} is answered with Not Found (${when})`, async () => {
          const cloud = mode.connect(server, version);
          await refused(version, () => call(cloud), 404, "Not Found");
        });
      }
    }
  }

  for (const version of versions) {
    it(`an assistant run started with the options of assistant-cloud ${version.name} finds its thread and no assistant (not yet)`, async () => {
      const cloud = modes.workspaceToken.connect(server, version);
      const threadId = await openThread(cloud);
      const { api, headers, body } =
        cloud.runs.__internal_getAssistantOptions("asst_1");
      const fields =
        typeof body === "function" ? await body({ threadId }) : body;
      const response = await fetch(api, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(await headers()) },
        body: JSON.stringify({ messages: [], tools: {}, threadId, ...fields }),
      });
      assert.equal(response.status, 404);
      assert.equal((await response.json()).error, "Assistant not found");
    });
  }

  for (const version of versionsSince("0.2.0")) {
    it(`events of assistant-cloud ${version.name} are answered with Not Found, which the page does not see (not yet)`, async () => {
      const cloud = modes.workspaceToken.connect(server, version);
      const { answers } = await overhear(async () => {
        cloud.events.track({ kind: "message_copied", thread_id: "thread_0" });
        cloud.events.dispose();
      });
      const sent = await until("the events are answered", () => {
        const found = answers.filter(({ path }) => path === "/v1/events");
        return found.length > 0 && found;
      });
      assert.deepEqual(
        sent.map(({ status, text }) => [status, JSON.parse(text).error]),
        [[404, "Not Found"]],
      );
    });
  }

  it(`the trace exporter of assistant-cloud ${newest.name} reports Not Found (not yet)`, async () => {
    const span = new BasicTracerProvider().getTracer("t").startSpan("ai.chat");
    span.end();
    const exporter = createAssistantCloudTraceExporter({
      apiKey: server.project.key,
      baseUrl: server.url,
    });
    const { error } = await new Promise((done) =>
      exporter.export([span], done),
    );
    await exporter.shutdown();
    assert.equal(error.code, 404);
    assert.equal(JSON.parse(error.data).error, "Not Found");
  });
});
