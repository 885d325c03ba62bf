// One's own account: name, password, sessions; and signing out everywhere.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onEveryEngine } from "../../clients/support/suite.mjs";
import { until } from "../../clients/support/wait.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { Operator, PASSWORD } from "../support/operators.mjs";
import { seesError, seesNotice, seesPage } from "../support/seeing.mjs";

const OTHER = "walnut ferry octave 77";

onEveryEngine((server) => {
  const dashboard = new Dashboard(server);
  before(async () => {
    await dashboard.start();
    await dashboard.operators.setUp();
  });
  after(() => dashboard.stop());

  /** Runs `act` on the page of somebody new. */
  const onPage = async (name, act) => {
    const operator = await dashboard.operators.join("member", name);
    await dashboard.visit(
      operator,
      dashboard.at("/account"),
      async (page, ...more) => {
        await seesPage(page, "Account");
        await act(page, operator, ...more);
      },
    );
  };
  const isIn = async (operator) =>
    (await operator.ask("GET", "/session")).status === 200;
  const again = (operator) => new Operator(server, operator).signIn();

  it("a name is changed everywhere it shows, and cannot be empty", async () => {
    await onPage("Nora", async (page) => {
      const name = page.getByLabel("Name", { exact: true });
      const save = page.getByRole("button", { name: "Save", exact: true });
      await name.fill("  ");
      await save.click();
      await seesError(name, /Fill this in/);
      await name.fill("Nora Newname");
      await save.click();
      await seesNotice(page, /./);
      await page
        .getByRole("button", { name: "Your account and settings" })
        .getByText("Nora Newname")
        .waitFor();
    });
  });

  it("a new password takes the present one, is checked, and ends every other session", async () => {
    await onPage("Petra", async (page, petra) => {
      const elsewhere = await again(petra);
      const current = page
        .getByLabel(/current password|present password/i)
        .first();
      const changed = page.getByRole("textbox", { name: /new password/i });
      const save = page.getByRole("button", {
        name: /(change|set|save).*password/i,
      });
      await save.click();
      await seesError(current, /Fill this in/);
      await current.fill(PASSWORD);
      await changed.fill("petra@example.com");
      await save.click();
      await seesError(changed, /too easy to guess/i);
      await current.fill("not my password");
      await changed.fill(OTHER);
      await save.click();
      await seesError(current, /not your current password/);
      await current.fill(PASSWORD);
      await save.click();
      await seesNotice(page, /./);
      assert.equal(await isIn(petra), true, "this session goes on");
      assert.equal(await isIn(elsewhere), false);
      await again({ ...petra, email: petra.email, password: OTHER });
    });
  });

  it("another session can be ended, and is over at once", async () => {
    await onPage("Sven", async (page, sven) => {
      const elsewhere = await again(sven);
      await page.reload();
      const sessions = page.getByRole("button", {
        name: /^(End|Sign out)(?! everywhere)/,
      });
      await sessions.first().waitFor();
      assert.equal(await sessions.count(), 1);
      await sessions.first().click();
      await until("the session is over", async () => !(await isIn(elsewhere)));
      assert.equal(await isIn(sven), true);
    });
  });

  it("signing out everywhere ends them all, here too", async () => {
    await onPage("Eva", async (page, eva) => {
      const elsewhere = await again(eva);
      const button = { name: /everywhere/i };
      await page.getByRole("button", button).click();
      await page.getByRole("dialog").getByRole("button", button).click();
      await seesPage(page, "Sign in");
      assert.equal(await isIn(eva), false);
      assert.equal(await isIn(elsewhere), false);
    });
  });

  it("theme and shortcut are kept in this browser", async () => {
    await onPage("Theo", async (page) => {
      const theme = () =>
        page.evaluate(() => document.documentElement.dataset.theme);
      await page.getByRole("radio", { name: /^Dark/ }).check();
      assert.equal(await theme(), "dark");
      await page.getByRole("switch").click();
      await page.goto(dashboard.inProject("/threads"));
      await seesPage(page, "Threads");
      assert.equal(await theme(), "dark");
      await page.keyboard.press("/");
      const field = page.getByLabel("Search titles and messages");
      assert.equal(
        await field.evaluate((element) => element === document.activeElement),
        false,
      );
    });
  });
});
