// What a page does when the server refuses, fails, or is not there.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { onOneEngine } from "../../clients/support/suite.mjs";
import { until } from "../../clients/support/wait.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { seesNoMore, seesNotice, seesPage } from "../support/seeing.mjs";

const refusals = {
  "fails with 500": {
    status: 500,
    json: { error: "internal", message: "It broke" },
  },
  "refuses with 403": {
    status: 403,
    json: { error: "Not allowed", message: "It broke" },
  },
};

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  let owner;
  before(async () => {
    await dashboard.start();
    owner = await dashboard.operators.setUp();
  });
  after(() => dashboard.stop());

  /** Answers the requests that change something with a refusal. */
  const refuse = (page, pattern, refusal) =>
    page.route(pattern, (route) =>
      route.request().method() === "GET"
        ? route.fallback()
        : route.fulfill(refusal),
    );

  for (const [what, refusal] of Object.entries(refusals)) {
    describe(`When the server ${what},`, () => {
      const onPage = (path, pattern, act) =>
        dashboard.visit(
          owner,
          dashboard.inProject(path),
          async (page, watch) => {
            watch.allow(/status of (500|403)/);
            await refuse(page, pattern, refusal);
            await act(page);
          },
        );

      it("a key that was to be revoked comes back, with a word", async () => {
        await onPage("/api-keys", /\/api-keys\/[^/]+$/, async (page) => {
          const row = page.getByRole("row", { name: /client tests/ });
          await row.getByRole("button", { name: /^Revoke/ }).click();
          await page
            .getByRole("dialog")
            .getByRole("button", { name: "Revoke key" })
            .click();
          await seesNotice(page, /was undone.*It broke/);
          await row.waitFor();
        });
      });

      it("the switch for visitors goes back, with a word", async () => {
        await onPage("/access", /\/api\/projects\/[^/]+$/, async (page) => {
          const toggle = page.getByRole("switch", { name: /visitors/i });
          const before = await toggle.getAttribute("aria-checked");
          await toggle.click();
          await seesNotice(page, /back where it was.*It broke/);
          await until(
            "the switch is back",
            async () => (await toggle.getAttribute("aria-checked")) === before,
          );
        });
      });

      it("a form keeps what was typed, and says why", async () => {
        await onPage("/settings", /\/api\/projects\/[^/]+$/, async (page) => {
          await page.getByLabel("Name", { exact: true }).fill("Another name");
          await page
            .getByRole("button", { name: "Save", exact: true })
            .first()
            .click();
          await page.getByText("It broke").waitFor();
          assert.equal(
            await page.getByLabel("Name", { exact: true }).inputValue(),
            "Another name",
          );
        });
      });

      it("a question stays open, and says why", async () => {
        await onPage("/signing-keys", /rotate$/, async (page) => {
          await page.getByRole("button", { name: "Rotate key" }).click();
          const dialog = page.getByRole("dialog");
          await dialog.getByRole("button", { name: "Rotate now" }).click();
          await dialog.getByText("It broke").waitFor();
        });
      });
    });
  }

  const lists = {
    threads: /\/threads\?|\/threads$/,
    users: /\/users\?|\/users$/,
    workspaces: /\/workspaces\?|\/workspaces$/,
    "api-keys": /\/api-keys$/,
    "signing-keys": /\/signing-keys$/,
    access: /\/rules$/,
    audit: /\/audit/,
  };
  for (const [path, pattern] of Object.entries(lists)) {
    it(`${path}: a failure at first is shown, with a way to try again that works`, async () => {
      await dashboard.visit(owner, null, async (page, watch) => {
        watch.allow(/status of 500|ERR_FAILED/);
        const api = new RegExp(`/api/projects/[^/]+(?:${pattern.source})`);
        await page.route(api, (route) =>
          route.fulfill({ status: 500, body: "oops" }),
        );
        await page.goto(dashboard.inProject(`/${path}`));
        const again = page.getByRole("button", { name: "Try again" });
        await again.waitFor({ timeout: 30_000 });
        await page.unroute(api);
        await again.click();
        await seesNoMore(again);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await until("it has loaded", () =>
          page.evaluate(() => !document.querySelector("[aria-busy=true]")),
        );
      });
    });
  }

  it("without a connection the page says so, and comes back with it", async () => {
    await dashboard.visit(
      owner,
      dashboard.inProject("/settings"),
      async (page, watch, context) => {
        watch.allow(/ERR_INTERNET_DISCONNECTED/);
        await seesPage(page, "Settings");
        const link = page.getByRole("link", { name: "API keys" });
        await link.hover();
        await context.setOffline(true);
        await link.click();
        await page
          .getByText(/could not be reached|could not be loaded|Reload/)
          .first()
          .waitFor({ timeout: 30_000 });
        await context.setOffline(false);
        await page.getByRole("button", { name: /Try again|Reload/ }).click();
        await seesPage(page, "API keys");
      },
    );
  });

  it("an answer that is no JSON, as of a proxy, is told in words", async () => {
    await dashboard.visit(
      owner,
      dashboard.inProject("/settings"),
      async (page, watch) => {
        watch.allow(/status of 502/);
        await refuse(page, /\/api\/projects\/[^/]+$/, {
          status: 502,
          contentType: "text/html",
          body: "<h1>Bad Gateway</h1>",
        });
        await page.getByLabel("Name", { exact: true }).fill("Another name");
        await page
          .getByRole("button", { name: "Save", exact: true })
          .first()
          .click();
        await page.getByText(/The server failed to answer/).waitFor();
      },
    );
  });

  it("after an update of the instance the page asks to be loaded again", async () => {
    await dashboard.visit(
      owner,
      dashboard.inProject("/settings"),
      async (page, watch) => {
        watch.allow(/status of 404|TypeError|Failed to fetch dynamically/);
        await seesPage(page, "Settings");
        await page.route(/\/assets\/instance-page.*\.js$/, (route) =>
          route.fulfill({ status: 404 }),
        );
        await page.getByRole("link", { name: "Instance" }).click();
        await page.getByText("A new version is ready").waitFor();
        await page.unroute(/\/assets\/instance-page.*\.js$/);
        await page.getByRole("button", { name: "Reload" }).click();
        await seesPage(page, "Instance");
      },
    );
  });

  it("what does not exist is no dead end", async () => {
    for (const path of [
      "/nowhere",
      "/projects/proj_000000000000/threads",
      "/organizations/org_0/members",
    ]) {
      await dashboard.visit(owner, dashboard.at(path), async (page) => {
        await page.getByText("There is nothing here").waitFor();
        await page.getByRole("link", { name: "Go to the overview" }).click();
        await page.getByRole("heading", { level: 1 }).waitFor();
      });
    }
    await dashboard.visit(
      owner,
      dashboard.inProject("/threads/thread_0aaaaaaaaaaaaaaaaaaaaaaa"),
      async (page) => {
        await page.getByText("There is nothing here").waitFor();
      },
    );
  });
});
