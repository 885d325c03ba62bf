// Every page, in both themes and at both widths: axe finds nothing, and nothing scrolls sideways. With
// THREADKEEP_TEST_PICTURES=1 a picture of each is kept in screenshots/.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Issuer } from "../../clients/support/issuer.mjs";
import { onOneEngine } from "../../clients/support/suite.mjs";
import { colorViolationsOf, violationsOf } from "../support/axe.mjs";
import { Dashboard, pictures } from "../support/dashboard.mjs";
import { livelyProject } from "../support/lively.mjs";
import { pagesOf, publicPages, settled, steps } from "../support/pages.mjs";

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 380, height: 800 };

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  const issuer = new Issuer();
  let owner;
  let pages;
  before(async () => {
    await mkdir(pictures, { recursive: true });
    await Promise.all([dashboard.start(), issuer.start()]);
    owner = await dashboard.operators.setUp();
    await dashboard.operators.invite("admin", "invited@example.com");
    await dashboard.operators.join("member", "Mia Member");
    pages = pagesOf({
      project: server.project.id,
      organization: dashboard.operators.organization.id,
      ...(await livelyProject(server, issuer)),
    });
  });
  after(() => Promise.all([dashboard.stop(), issuer.stop()]));

  const arePicturesKept = process.env.THREADKEEP_TEST_PICTURES === "1";
  const looks = [
    ["1440-light", WIDE, "light", violationsOf],
    ["1440-dark", WIDE, "dark", colorViolationsOf],
    ["380-light", NARROW, "light", violationsOf],
    ...(arePicturesKept ? [["380-dark", NARROW, "dark", async () => []]] : []),
  ];

  /** Looks at what a page shows: both widths, both themes. */
  async function look(page, name, except = []) {
    const problems = [];
    for (const [look, viewport, colorScheme, check] of looks) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await settled(page);
      if (arePicturesKept) {
        const path = join(pictures, `${name}-${look}.png`);
        await page.screenshot({ path, fullPage: true });
      }
      const found = await check(page, except);
      for (const what of found) problems.push(`${look}: ${what}`);
      const tooWide = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth > clientWidth && scrollWidth;
      });
      if (tooWide) problems.push(`${look}: ${tooWide} px wide`);
    }
    assert.deepEqual(problems, []);
  }

  /** Looks at addresses by their names, one after the other in one browser, which fetches scripts once. */
  const tour = (t, visitor, addresses) =>
    dashboard.visit(visitor, null, async (page) => {
      for (const [name, address] of addresses) {
        await t.test(name, async () => {
          // From the page before to the same one with another fragment would load nothing.
          await page.goto("about:blank");
          await page.setViewportSize(WIDE);
          await page.goto(address);
          await look(page, name);
        });
      }
    });

  describe("A page holds what we promise:", () => {
    const at = ([name, path]) => [name, dashboard.at(path)];
    it("with somebody signed in", (t) =>
      tour(t, owner, Object.entries(pages).map(at)));
    it("with nobody signed in", (t) =>
      tour(t, null, Object.entries(publicPages).map(at)));
    it("on the way to the first thread", (t) =>
      tour(
        t,
        owner,
        steps.map((step) => [
          `onboarding-${step.replace("?preset=", "-")}`,
          dashboard.inProject(`/onboarding/${step}`),
        ]),
      ));
    it("invitation", async () => {
      const link = await dashboard.operators.invite("member");
      await dashboard.visit(null, link, (page) => look(page, "invitation"));
    });
    it("reset", async () => {
      const command = ["members", "reset-password", owner.email, "--json"];
      const { link } = await server.threadkeep(command);
      await dashboard.visit(null, link, (page) => look(page, "reset-form"));
    });
  });

  describe("What opens on a page holds it too:", () => {
    /** Opens something on a page and looks at it, without these rules. */
    const opened = (name, path, open, except) =>
      it(name, () =>
        dashboard.visit(owner, dashboard.at(pages[path]), async (page) => {
          await settled(page);
          await open(page);
          await look(page, name, except);
        }),
      );
    // A menu hangs below the body, beside the landmarks, as long as it is open.
    const ofMenus = ["region"];

    opened("palette", "overview", async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Jump to" }).fill("a");
      await page.getByRole("option").first().waitFor();
    });
    opened(
      "project-switcher",
      "overview",
      (page) => page.getByRole("button", { name: "Switch project" }).click(),
      ofMenus,
    );
    opened(
      "user-menu",
      "overview",
      (page) =>
        page.getByRole("button", { name: "Your account and settings" }).click(),
      ofMenus,
    );
    opened("thread-filters", "threads", (page) =>
      page.getByRole("button", { name: "Filters" }).click(),
    );
    opened("key-revoke", "api-keys", (page) =>
      page
        .getByRole("button", { name: /^Revoke/ })
        .first()
        .click(),
    );
    opened("rotate", "signing-keys", (page) =>
      page.getByRole("button", { name: "Rotate key" }).click(),
    );
    opened("project-delete", "settings", async (page) => {
      await page.getByRole("button", { name: "Delete project" }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: "Delete project" })
        .click();
      await page.getByText("That is not the name.").waitFor();
    });
    opened("invite", "members", (page) =>
      page.getByRole("button", { name: "Invite member" }).click(),
    );
    opened("erase", "user", (page) =>
      page.getByRole("button", { name: /Erase/ }).first().click(),
    );
    opened("origins-wrong", "access", async (page) => {
      await page
        .getByLabel("Origins", { exact: true })
        .fill("https://a.example\nnonsense");
      await page.getByRole("button", { name: "Save origins" }).click();
      await page
        .getByText(/Line 2/)
        .first()
        .waitFor();
    });
    opened("verdict-accepted", "token-tester", async (page) => {
      const person = { userId: "ann", workspaceId: "org_green" };
      await page
        .getByLabel("Token", { exact: true })
        .fill(await issuer.mint(person));
      await page.getByRole("button", { name: "Test token" }).click();
      await page.getByText("Accepted", { exact: true }).waitFor();
    });
    opened("verdict-refused", "token-tester", async (page) => {
      const person = { userId: "ann", workspaceId: "org_green" };
      const token = await issuer.mint(person, { audience: "another" });
      await page.getByLabel("Token", { exact: true }).fill(token);
      await page.getByRole("button", { name: "Test token" }).click();
      await page.getByText("Refused", { exact: true }).waitFor();
    });

    it("drawer", () =>
      dashboard.visit(
        owner,
        dashboard.at(pages.threads),
        async (page) => {
          await settled(page);
          await page.getByRole("button", { name: "Open navigation" }).click();
          await page.getByRole("dialog").waitFor();
          assert.deepEqual(await violationsOf(page), []);
          if (arePicturesKept) {
            const path = join(pictures, "drawer-380-light.png");
            await page.screenshot({ path });
          }
        },
        { viewport: NARROW },
      ));
  });

  it("Before anything is in it, a page says what to do next", async (t) => {
    const path = `/organizations/${dashboard.operators.organization.id}/projects`;
    const { id } = await owner.do("POST", path, { name: "Empty" });
    const names =
      "overview threads users workspaces access api-keys audit playground";
    await tour(
      t,
      owner,
      names
        .split(" ")
        .map((name) => [
          `empty-${name}`,
          dashboard.at(pages[name].replace(server.project.id, id)),
        ]),
    );
  });
});
