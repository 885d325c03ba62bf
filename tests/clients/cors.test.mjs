// What a browser asks and reads before it lets a page use an answer. Node's fetch does neither, so
// the headers are checked here with plain requests.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Browser } from "./support/network.mjs";
import { onEveryEngine, someone } from "./support/suite.mjs";

const ORIGIN = "https://shop.example";
const NOWHERE = "/threads/thread_0aaaaaaaaaaaaaaaaaaaaaaa";

const listOf = (headers, name) =>
  (headers.get(name) ?? "").split(",").map((item) => item.trim().toLowerCase());

onEveryEngine((server) => {
  const bases = [
    ["the root base", () => server.url],
    ["the project's own base", () => server.project.frontendUrl],
  ];
  for (const [where, base] of bases) {
    const send = (method, path, headers, body) =>
      server.ask(method, path, {
        base: base(),
        headers: { Origin: ORIGIN, ...headers },
        body,
      });

    const assertReadable = ({ headers }) => {
      assert.equal(headers.get("Access-Control-Allow-Origin"), ORIGIN);
      assert.ok(listOf(headers, "Vary").includes("origin"));
      const exposed = listOf(headers, "Access-Control-Expose-Headers");
      for (const name of [
        "authorization",
        "retry-after",
        "x-vercel-ai-data-stream",
        "x-vercel-ai-ui-message-stream",
      ]) {
        assert.ok(exposed.includes(name), `${name} in ${exposed}`);
      }
      assert.equal(headers.get("Access-Control-Allow-Credentials"), null);
    };

    describe(`At ${where},`, () => {
      const preflights = [
        ["GET", "/threads", "aui-sdk,authorization,content-type"],
        ["POST", "/threads", "aui-sdk,authorization,content-type"],
        ["PUT", NOWHERE, "aui-sdk,authorization,content-type"],
        ["DELETE", NOWHERE, "aui-sdk,authorization,content-type"],
        ["DELETE", `${NOWHERE}/messages`, "aui-sdk,authorization,content-type"],
        ["POST", "/auth/tokens/refresh", "content-type"],
        [
          "GET",
          "/threads",
          "aui-user-id,aui-workspace-id,authorization,content-type",
        ],
        ["POST", "/runs/stream", "accept,authorization,content-type"],
      ];
      for (const [method, path, wanted] of preflights) {
        it(`a page may send ${method} ${path} with ${wanted}`, async () => {
          const answer = await send("OPTIONS", path, {
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": wanted,
          });
          assert.equal(answer.status, 204);
          assert.equal(answer.text, "");
          const { headers } = answer;
          assert.equal(headers.get("Access-Control-Allow-Origin"), ORIGIN);
          const methods = listOf(headers, "Access-Control-Allow-Methods");
          assert.ok(methods.includes(method.toLowerCase()));
          const allowed = listOf(headers, "Access-Control-Allow-Headers");
          assert.deepEqual(
            wanted.split(",").filter((name) => !allowed.includes(name)),
            [],
          );
          assert.equal(headers.get("Access-Control-Max-Age"), "7200");
        });
      }

      it("a page may read what it is answered", async () => {
        const token = await server.mint(someone());
        const answer = await send("GET", "/threads", {
          Authorization: `Bearer ${token}`,
        });
        assert.equal(answer.status, 200);
        assertReadable(answer);
      });

      it("a page may read an anonymous session", async () => {
        const answer = await new Browser().visit(() =>
          send("POST", "/auth/tokens/anonymous"),
        );
        assert.equal(answer.status, 200);
        assertReadable(answer);
      });

      it("a page may read every kind of refusal", async () => {
        const token = await server.mint(someone());
        const signedIn = { Authorization: `Bearer ${token}` };
        const refusals = [
          [400, await send("POST", "/threads", signedIn, {})],
          [401, await send("GET", "/threads")],
          [403, await send("POST", "/auth/tokens", signedIn)],
          [404, await send("GET", NOWHERE, signedIn)],
          [404, await send("GET", "/nothing/here", signedIn)],
          [405, await send("PUT", "/threads", signedIn, {})],
        ];
        for (const [status, answer] of refusals) {
          assert.equal(answer.status, status);
          assertReadable(answer);
        }
      });

      it("a page may read that it has to wait", async () => {
        const browser = new Browser();
        const mint = () =>
          browser.visit(() => send("POST", "/auth/tokens/anonymous"));
        const answers = await Promise.all(Array.from({ length: 90 }, mint));
        const waiting = answers.find(({ status }) => status === 429);
        assert.ok(waiting, "the limit is met");
        assertReadable(waiting);
      });

      it("a request without an origin is answered without these headers", async () => {
        const token = await server.mint(someone());
        const { status, headers } = await server.ask("GET", "/threads", {
          base: base(),
          headers: { Authorization: `Bearer ${token}` },
        });
        assert.equal(status, 200);
        assert.equal(headers.get("Access-Control-Allow-Origin"), null);
      });
    });
  }
});
