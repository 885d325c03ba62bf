// The guides: documents that the program carries, read without leaving the dashboard.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onOneEngine } from "../../clients/support/suite.mjs";
import { until } from "../../clients/support/wait.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { seesPage, seesUrl } from "../support/seeing.mjs";

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  let owner;
  before(async () => {
    await dashboard.start();
    owner = await dashboard.operators.setUp();
  });
  after(() => dashboard.stop());

  const onGuide = (name, act, options) =>
    dashboard.visit(owner, dashboard.at(`/guides/${name}`), act, options);
  const link = (page, name) =>
    page.getByRole("main").getByRole("link", { name, exact: true });
  const isInView = (heading) =>
    heading.evaluate((element) => {
      const { top } = element.getBoundingClientRect();
      return top >= 0 && top < innerHeight / 2;
    });

  it("a page leads to its guide, and the guide to others, without asking another host", () =>
    dashboard.visit(
      owner,
      dashboard.inProject("/access"),
      async (page, _, context) => {
        const elsewhere = [];
        context.on("request", (request) => {
          if (!request.url().startsWith(server.url))
            elsewhere.push(request.url());
        });
        await link(page, "About visitors").click();
        await seesPage(page, "Anonymous visitors");
        await seesUrl(page, /\/dashboard\/guides\/auth\/anonymous$/);
        await link(page, "provider rule").click();
        await seesPage(page, "Signing users in");
        await link(page, "clerk.md").click();
        await seesPage(page, "Clerk");
        await page.goBack();
        await seesPage(page, "Signing users in");
        assert.deepEqual(elsewhere, []);
      },
    ));

  it("a link to a heading shows it", () =>
    onGuide("auth/anonymous", async (page) => {
      await link(page, "knows the proxy").click();
      await seesPage(page, "Operating Threadkeep");
      const heading = page.getByRole("heading", { name: "Behind a proxy" });
      await until("the heading is shown", () => isInView(heading));
    }));

  it("an address with a heading shows it, too", () =>
    onGuide("auth/oidc#okta", async (page) => {
      const heading = page.getByRole("heading", { name: "Okta" });
      await until("the heading is shown", () => isInView(heading));
    }));

  it("code can be copied as it stands", () =>
    onGuide(
      "auth/clerk",
      async (page) => {
        await page
          .getByRole("button", { name: "Copy use-cloud.ts", exact: true })
          .click();
        const copied = await page.evaluate(() =>
          navigator.clipboard.readText(),
        );
        assert.match(copied, /^import \{ useMemo \} from "react";\n/);
        assert.match(copied, /\n\}$/);
      },
      { permissions: ["clipboard-read", "clipboard-write"] },
    ));

  it("the settings and the API's document can be read", () =>
    onGuide("operate", async (page) => {
      await link(page, "config.example.toml").click();
      await seesPage(page, "config.example.toml");
      await page.getByText("The address and port to listen on.").waitFor();
      await page.goto(dashboard.at("/guides/api"));
      const document = page.getByRole("link", { name: /^OpenAPI document/ });
      const url = await document.getAttribute("href");
      assert.equal(url, `${server.url}/openapi.json`);
    }));

  it("a guide that there is not is said to be none", () =>
    onGuide("auth/nobody", async (page) => {
      await page
        .getByRole("heading", { name: "There is nothing here" })
        .waitFor();
    }));
});
