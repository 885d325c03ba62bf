// Where things stand: titles on one grid, pages that dialogs do not move, rows and strips without stubs.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Issuer } from "../../clients/support/issuer.mjs";
import { onOneEngine } from "../../clients/support/suite.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { livelyProject } from "../support/lively.mjs";
import { pagesOf, settled, steps } from "../support/pages.mjs";

const NARROW = { viewport: { width: 380, height: 800 } };

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  const issuer = new Issuer();
  let owner;
  let pages;
  before(async () => {
    await Promise.all([dashboard.start(), issuer.start()]);
    owner = await dashboard.operators.setUp();
    pages = pagesOf({
      project: server.project.id,
      organization: dashboard.operators.organization.id,
      ...(await livelyProject(server, issuer)),
    });
  });
  after(() => Promise.all([dashboard.stop(), issuer.stop()]));

  // Not by its role: below a dialog it has none.
  const title = (page) =>
    page.locator("h1").evaluate((element) => element.getBoundingClientRect().x);

  it("the titles of all pages stand at one place", async () => {
    await dashboard.visit(owner, null, async (page) => {
      const places = {};
      for (const [name, path] of Object.entries(pages)) {
        if (name.startsWith("missing")) continue;
        await page.goto(dashboard.at(path));
        await settled(page);
        (places[await title(page)] ??= []).push(name);
      }
      assert.equal(Object.keys(places).length, 1, JSON.stringify(places));
    });
  });

  it("the titles of all first steps stand below the mark", async () => {
    await dashboard.visit(owner, null, async (page) => {
      for (const step of steps) {
        if (step.endsWith("nonsense")) continue;
        await page.goto(dashboard.inProject(`/onboarding/${step}`));
        await settled(page);
        const mark = await page
          .getByRole("banner")
          .locator("svg")
          .first()
          .evaluate((element) => element.getBoundingClientRect().x);
        assert.equal(await title(page), mark, step);
      }
    });
  });

  it("a way without tokens has no step to test one", async () => {
    const url = dashboard.inProject("/onboarding/connect?preset=anonymous");
    await dashboard.visit(owner, url, async (page) => {
      const shown = page.getByRole("list", { name: "Steps" });
      await shown.waitFor();
      assert.deepEqual(
        (await shown.getByRole("listitem").allInnerTexts()).map((text) =>
          text.replaceAll(/[\d\s]/g, ""),
        ),
        ["Name", "Sign-in", "Connect"],
      );
    });
  });

  describe("a dialog moves nothing on the page below it:", () => {
    const dialogs = {
      "signing-keys": "Rotate key",
      settings: "Delete project",
      members: "Invite member",
    };
    for (const [path, button] of Object.entries(dialogs)) {
      it(path, () =>
        dashboard.visit(owner, dashboard.at(pages[path]), async (page) => {
          await settled(page);
          const before = await title(page);
          await page.getByRole("button", { name: button }).click();
          await page.getByRole("dialog").waitFor();
          await settled(page);
          assert.equal(await title(page), before);
        }),
      );
    }
  });

  it("a strip of tabs has nothing to scroll", async () => {
    const url = dashboard.inProject("/onboarding/connect?preset=clerk");
    await dashboard.visit(owner, url, async (page) => {
      const strip = page.getByRole("tablist").first();
      await strip.waitFor();
      const [content, box] = await strip.evaluate((element) => [
        element.scrollHeight,
        element.clientHeight,
      ]);
      assert.equal(content, box);
    });
  });

  it("a label stands on the line of its value, also where that can be copied", async () => {
    await dashboard.visit(owner, dashboard.at(pages.instance), async (page) => {
      await page.getByText("SQLite").waitFor();
      const offsets = await page.getByRole("main").evaluate((main) => {
        const bottom = (element) => {
          const range = document.createRange();
          const walker = document.createTreeWalker(element, 4);
          range.selectNode(walker.nextNode());
          return range.getBoundingClientRect().bottom;
        };
        return Array.from(main.querySelectorAll("dt"))
          .filter((dt) => dt.parentElement.matches("dl > div"))
          .filter((dt) => dt.nextElementSibling?.matches("dd"))
          .map((dt) => Math.abs(bottom(dt) - bottom(dt.nextElementSibling)));
      });
      assert.ok(offsets.length > 4);
      for (const offset of offsets) assert.ok(offset <= 3, `${offset} px`);
    });
  });

  describe("in a narrow window", () => {
    it("the bar at the top names the project, and leads to it", async () => {
      await dashboard.visit(
        owner,
        dashboard.at(pages.threads),
        async (page) => {
          await settled(page);
          const bar = page.getByRole("banner");
          await bar.getByRole("link", { name: "Default project" }).click();
          await page
            .getByRole("heading", { level: 1, name: "Default project" })
            .waitFor();
        },
        NARROW,
      );
    });

    for (const name of ["threads", "audit", "users", "members", "api-keys"]) {
      it(`no row of ${name} has a label of nothing`, async () => {
        await dashboard.visit(
          owner,
          dashboard.at(pages[name]),
          async (page) => {
            await settled(page);
            await page.getByRole("row").nth(1).waitFor();
            const blank = await page.getByRole("cell").evaluateAll((cells) =>
              cells
                .filter((cell) => cell.checkVisibility())
                .filter((cell) => {
                  const label = cell.querySelector(":scope > [aria-hidden]");
                  if (!label) return false;
                  const value = cell.innerText.replace(label.innerText, "");
                  return value.trim() === "" || value.trim() === "–";
                })
                .map((cell) => cell.innerText),
            );
            assert.deepEqual(blank, []);
          },
          NARROW,
        );
      });
    }
  });
});
