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

  const names = Object.keys(pagesOf({}));
  describe("A page holds what we promise:", () => {
    for (const name of names) {
      it(name, () =>
        dashboard.visit(owner, dashboard.at(pages[name]), (page) =>
          look(page, name),
        ),
      );
    }
    for (const [name, path] of Object.entries(publicPages)) {
      it(name, () =>
        dashboard.visit(null, dashboard.at(path), (page) => look(page, name)),
      );
    }
    for (const step of steps) {
      const name = `onboarding-${step.replace("?preset=", "-")}`;
      it(name, () =>
        dashboard.visit(
          owner,
          dashboard.inProject(`/onboarding/${step}`),
          (page) => look(page, name),
        ),
      );
    }
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

  describe("Before anything is in it, a page says what to do next:", () => {
    for (const name of [
      "overview",
      "threads",
      "users",
      "workspaces",
      "access",
      "api-keys",
      "audit",
      "playground",
    ]) {
      it(`empty-${name}`, async () => {
        const { id } = await owner.do(
          "POST",
          `/organizations/${dashboard.operators.organization.id}/projects`,
          { name: `Empty ${name}` },
        );
        const path = pages[name].replace(server.project.id, id);
        await dashboard.visit(owner, dashboard.at(path), (page) =>
          look(page, `empty-${name}`),
        );
      });
    }
  });
});
