// What a page of another origin can do with the browser of an operator who is signed in: nothing.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { until } from "../../clients/support/wait.mjs";
import { onOneEngine } from "../../clients/support/suite.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import {
  Stranger,
  fetchWithCookies,
  frame,
  openWindow,
  sendForm,
} from "../support/stranger.mjs";

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  const stranger = new Stranger();
  let owner;
  before(async () => {
    await Promise.all([dashboard.start(), stranger.start()]);
    owner = await dashboard.operators.setUp();
  });
  after(() => Promise.all([dashboard.stop(), stranger.stop()]));

  const project = () => `/projects/${server.project.id}`;
  const api = (path) => `${server.url}/api${path}`;

  /** All that the attempts below would change. */
  const state = async () => {
    const organization = dashboard.operators.organization.id;
    const paths = [
      "/account/sessions",
      `/organizations/${organization}/members`,
      project(),
      `${project()}/api-keys`,
      `${project()}/rules`,
      `${project()}/signing-keys`,
    ];
    const answers = await Promise.all(
      paths.map((path) => owner.do("GET", path)),
    );
    return JSON.stringify(answers, (name, value) =>
      name === "last_seen_at" ? undefined : value,
    );
  };

  const attempts = () => [
    ["POST", "/session", { email: owner.email, password: owner.password }],
    ["DELETE", "/session", {}],
    ["DELETE", "/account/sessions", {}],
    ["PUT", "/account", { name: "Mallory" }],
    ["POST", `${project()}/api-keys`, { name: "loot", expires: "never" }],
    ["POST", `${project()}/signing-keys/rotate`, {}],
    ["PUT", project(), { name: "Mallory's", anonymous_access: true }],
    ["DELETE", project(), { name: "Default project" }],
    ["POST", `${project()}/tokens`, { user_id: "u", workspace_id: "w" }],
    [
      "POST",
      `/organizations/${dashboard.operators.organization.id}/invitations`,
      { role: "owner" },
    ],
  ];

  for (const kind of ["crossSite", "sameSite"]) {
    describe(`From a page that is ${kind}`, () => {
      /** Runs `act` on the stranger's page; what it provokes in the console is not ours. */
      const lured = (act) =>
        dashboard.visit(owner, stranger[kind], async (page, watch, context) => {
          watch.allow(/^console: /);
          await act(page, context);
        });

      it("no form changes anything", async () => {
        await lured(async (page) => {
          const before = await state();
          const statuses = [];
          page.on("response", (response) => {
            if (response.request().method() === "POST")
              statuses.push(response.status());
          });
          const posts = attempts().filter(([method]) => method === "POST");
          for (const [, path, body] of posts) {
            const url = api(path);
            // A JSON body can be written as plain text; `a=` hides in a string.
            const json = JSON.stringify(body);
            const smuggled = { [`${json.slice(0, -1)},"a":"`]: '"}' };
            for (const [enctype, fields] of [
              ["text/plain", smuggled],
              ["application/x-www-form-urlencoded", body],
            ]) {
              await page.evaluate(sendForm, { url, enctype, fields });
            }
          }
          assert.equal(await state(), before);
          assert.equal(statuses.length, posts.length * 2);
          assert.ok(
            statuses.every((status) => status >= 400),
            String(statuses),
          );
        });
      });

      it("no fetch changes anything", async () => {
        await lured(async (page) => {
          const before = await state();
          for (const [method, path, body] of attempts()) {
            const url = api(path);
            const request = { url, method, body: JSON.stringify(body) };
            const headers = { "Content-Type": "application/json" };
            const answers = [
              await page.evaluate(fetchWithCookies, { ...request, headers }),
              await page.evaluate(fetchWithCookies, request),
            ];
            for (const answer of answers)
              assert.match(answer.error ?? answer.text, /Failed to fetch/);
            if (method !== "POST") continue;
            const unseen = await page.evaluate(fetchWithCookies, {
              ...request,
              mode: "no-cors",
            });
            assert.equal(unseen.text ?? "", "");
          }
          assert.equal(await state(), before);
        });
      });

      it("nothing can be read", async () => {
        await lured(async (page) => {
          for (const path of [
            "/status",
            "/session",
            "/account/sessions",
            project(),
            `${project()}/threads`,
          ]) {
            const { error } = await page.evaluate(fetchWithCookies, {
              url: api(path),
            });
            assert.match(error, /Failed to fetch/, path);
          }
          const seen = await page.evaluate(fetchWithCookies, {
            url: dashboard.at("/"),
          });
          assert.match(seen.error, /Failed to fetch/);
        });
      });

      it("no page can be framed", async () => {
        await lured(async (page) => {
          const pages = ["/", "/sign-in", `${project()}/settings`, "/setup"];
          for (const path of pages) {
            await page.evaluate(frame, dashboard.at(path));
          }
          const framed = page.frames().slice(1);
          assert.equal(framed.length, pages.length);
          for (const each of framed) {
            await until("the frame is refused", () =>
              each.url().startsWith("chrome-error:"),
            );
          }
        });
      });

      it("a window that it opens is out of its reach", async () => {
        await lured(async (page) => {
          const found = await page.evaluate(openWindow, dashboard.at("/"));
          assert.equal(found, "nothing");
        });
      });
    });
  }

  it("the session's cookie is out of every script's reach", async () => {
    await dashboard.visit(
      owner,
      dashboard.at("/account"),
      async (page, _, context) => {
        const [cookie] = await context.cookies();
        assert.equal(await page.evaluate(() => document.cookie), "");
        const inBrowser = await page.evaluate(() =>
          JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
        );
        assert.ok(!inBrowser.includes(cookie.value));
      },
    );
    const { headers } = await fetch(api("/session"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: owner.email, password: owner.password }),
    });
    const [cookie] = headers.getSetCookie();
    for (const attribute of [/HttpOnly/i, /SameSite=(Lax|Strict)/i, /Path=\//i])
      assert.match(cookie, attribute);
  });
});
