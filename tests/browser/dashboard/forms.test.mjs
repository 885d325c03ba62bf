// Forms of a project, with good and bad input: what is wrong is said at its field, what is right is kept.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { AUDIENCE, Issuer } from "../../clients/support/issuer.mjs";
import { onEveryEngine, someone } from "../../clients/support/suite.mjs";
import { until } from "../../clients/support/wait.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import {
  seesError,
  seesNoError,
  seesNoMore,
  seesNotice,
  seesPage,
  seesUrl,
} from "../support/seeing.mjs";

onEveryEngine((server) => {
  const dashboard = new Dashboard(server);
  const issuer = new Issuer();
  let owner;
  before(async () => {
    await Promise.all([dashboard.start(), issuer.start()]);
    owner = await dashboard.operators.setUp();
  });
  after(() => Promise.all([dashboard.stop(), issuer.stop()]));

  const onPage = (path, act) =>
    dashboard.visit(owner, dashboard.inProject(path), act);
  const project = () => owner.do("GET", `/projects/${server.project.id}`);

  /** The form that a control stands in. */
  const formOf = (page, control) =>
    page.locator("form").filter({ has: control });

  describe("Settings:", () => {
    it("the name", async () => {
      await onPage("/settings", async (page) => {
        const name = page.getByLabel("Name", { exact: true });
        const save = page
          .getByRole("button", { name: "Save", exact: true })
          .first();
        await name.fill("   ");
        await save.click();
        await seesError(name, /Fill this in/);
        await name.fill("Web shop");
        await seesNoError(name);
        await save.click();
        await seesNotice(page, "Project renamed to Web shop");
        await page
          .getByRole("button", { name: "Switch project" })
          .getByText("Web shop")
          .waitFor();
        assert.equal((await project()).name, "Web shop");
      });
    });

    it("the cap on active users", async () => {
      await onPage("/settings", async (page) => {
        await page
          .getByRole("checkbox", { name: /Limit the active users/ })
          .check();
        const cap = page.getByLabel("Active users per month");
        const save = formOf(page, cap).getByRole("button", {
          name: "Save",
          exact: true,
        });
        for (const bad of [
          "",
          "0",
          "-3",
          "1.5",
          "many",
          "1e3",
          "99999999999999999999",
        ]) {
          await cap.fill(bad);
          await save.click();
          await seesError(cap, /whole number|at most/i);
        }
        await cap.fill("250");
        await save.click();
        await seesNotice(page, "Saved");
        assert.equal((await project()).active_user_cap, 250);
        await page
          .getByRole("checkbox", { name: /Limit the active users/ })
          .uncheck();
        await page
          .getByRole("checkbox", { name: /Limit the active visitors/ })
          .check();
        const visitors = page.getByLabel("Active visitors per month");
        const again = formOf(page, visitors).getByRole("button", {
          name: "Save",
          exact: true,
        });
        await visitors.fill("0");
        await again.click();
        await seesError(visitors, /whole number/);
        await visitors.fill("1,000");
        await again.click();
        await page.waitForFunction(
          (name) => !document.querySelector(`[aria-label="${name}"]`),
          "Active users this month",
        );
        const saved = await project();
        assert.equal(saved.active_user_cap, null);
        assert.equal(saved.active_visitor_cap, 1000);
      });
    });

    it("the limits of fair use", async () => {
      await onPage("/settings", async (page) => {
        const group = (name) => page.getByRole("group", { name });
        const threads = group("Visitors").getByLabel(/^New threads a minute/);
        const bytes = group("Signed-in users").getByLabel(/^Stored MiB/);
        assert.equal(await threads.inputValue(), "30");
        assert.equal(await bytes.inputValue(), "");
        const save = formOf(page, threads).getByRole("button", {
          name: "Save",
          exact: true,
        });
        for (const bad of ["-3", "1.5", "many", "100001"]) {
          await threads.fill(bad);
          await save.click();
          await seesError(threads, /whole number from 0 to 100,000/);
        }
        await threads.fill("12");
        await bytes.fill("64");
        await save.click();
        await seesNotice(page, "Limits saved");
        const saved = (await project()).fair_use;
        assert.equal(saved.visitors.user_threads_per_minute, 12);
        assert.equal(saved.visitors.user_messages_per_minute, 120);
        assert.equal(saved.users.workspace_stored_bytes, 64 * 1024 * 1024);
        await threads.fill("30");
        await bytes.fill("");
        await save.click();
        await page.waitForFunction(async (path) => {
          const answer = await fetch(path);
          const { fair_use: limits } = await answer.json();
          return limits.users.workspace_stored_bytes === null;
        }, `/api/projects/${server.project.id}`);
      });
    });

    it("deletion asks for the name, shuts clients out, and is undone", async () => {
      const { id, name } = await owner.do(
        "POST",
        `/organizations/${dashboard.operators.organization.id}/projects`,
        { name: "Doomed" },
      );
      await dashboard.visit(
        owner,
        dashboard.at(`/projects/${id}/settings`),
        async (page) => {
          const { base_url: base } = await owner.do("GET", `/projects/${id}`);
          const answers = async () =>
            (await server.ask("POST", "/auth/tokens/anonymous", { base }))
              .status;
          assert.equal(await answers(), 200);
          await page.getByRole("button", { name: "Delete project" }).click();
          const dialog = page.getByRole("dialog", { name: "Delete Doomed?" });
          const typed = dialog.getByLabel("Type Doomed to confirm");
          await typed.fill("doomed");
          await dialog.getByRole("button", { name: "Delete project" }).click();
          await seesError(typed, /not the name/);
          await typed.fill(name);
          await dialog.getByRole("button", { name: "Delete project" }).click();
          await seesNoMore(dialog);
          await page.getByText("This project is deleted").first().waitFor();
          assert.ok((await answers()) >= 400);
          await page
            .getByRole("button", { name: "Restore project" })
            .first()
            .click();
          await seesNoMore(page.getByText("This project is deleted").first());
          assert.equal(await answers(), 200);
        },
      );
    });
  });

  describe("Access:", () => {
    it("the switch for visitors takes effect", async () => {
      await onPage("/access", async (page) => {
        const visitors = async () =>
          (
            await server.ask("POST", "/auth/tokens/anonymous", {
              base: server.project.frontendUrl,
            })
          ).status;
        assert.equal(await visitors(), 200);
        const toggle = page.getByRole("switch", {
          name: "Let visitors in without signing in",
        });
        await toggle.click();
        await seesNotice(page, "Visitors are turned away");
        await until(
          "visitors are refused",
          async () => (await visitors()) >= 400,
        );
        await toggle.click();
        await seesNotice(page, "Visitors are let in");
        await until(
          "visitors are let in",
          async () => (await visitors()) === 200,
        );
      });
    });

    it("origins are checked line by line", async () => {
      await onPage("/access", async (page) => {
        const area = page.getByLabel("Origins", { exact: true });
        const save = page.getByRole("button", { name: "Save origins" });
        await area.fill(
          "https://app.example.com\nhttps://app.example.com/path\n\nftp://files.example.com",
        );
        await save.click();
        await seesError(area, /2 lines cannot be saved/);
        await page.getByRole("button", { name: "Line 4" }).click();
        const chosen = await area.evaluate(
          ({ value, selectionStart, selectionEnd }) =>
            value.slice(selectionStart, selectionEnd),
        );
        assert.equal(chosen, "ftp://files.example.com");
        await area.fill(
          "https://app.example.com\nhttps://*.preview.example.com\nhttp://localhost:3000",
        );
        await save.click();
        await seesNotice(page, /^Saved/);
        await page.getByText("3 origins are allowed").waitFor();
        assert.equal((await project()).allowed_origins.length, 3);
        await page.reload();
        await area.fill("");
        await save.click();
        await page.getByText("Every origin is allowed").waitFor();
      });
    });

    it("a preset asks for its facts, says what is wrong with one, and makes a rule", async () => {
      await onPage("/access/new?preset=clerk", async (page) => {
        const add = page.getByRole("button", { name: "Add rule" });
        const fact = page.getByRole("main").getByRole("textbox").first();
        await add.click();
        await seesError(fact, /Fill this in|required|missing/i);
        await fact.fill("not a host name!");
        await add.click();
        await seesError(fact, /./);
        // It may get an address before the first token comes: that is doubted, and saved all the same.
        await fact.fill("https://clerk.nowhere.invalid");
        await page.getByText("https://clerk.nowhere.invalid").first().waitFor();
        await seesError(fact, /has no address/);
        await add.click();
        await seesUrl(page, /\/access$/);
        await page.getByRole("heading", { name: /Clerk/ }).first().waitFor();
      });
    });

    it("a custom rule is checked as it is typed, edited, and removed with a question", async () => {
      await onPage("/access/new?preset=custom", async (page) => {
        const field = (name) => page.getByLabel(name, { exact: true });
        await page.getByRole("button", { name: "Add rule" }).click();
        await seesError(field("Name"), /Fill this in/);
        await field("Name").fill("Custom");
        await field("Issuer").fill(issuer.url);
        await field("Audience").fill(AUDIENCE);
        const keys = field("Key set URL").and(page.getByRole("textbox"));
        await keys.fill("nonsense");
        await seesError(keys, /./);
        await keys.fill(`${issuer.url}/keys`);
        await seesNoError(keys);
        await page.getByRole("button", { name: "Add a condition" }).click();
        await field("Condition 1").fill("no condition");
        await seesError(field("Condition 1"), /claim = value|claim != value/);
        await field("Condition 1").fill("name = Ann Smith");
        await seesNoError(field("Condition 1"));
        await page.getByText("The rule can be saved").waitFor();
        await page.getByRole("button", { name: "Add rule" }).click();
        await seesNotice(page, "Rule Custom added");
        await seesUrl(page, /\/access$/);
        const verdict = await server.explain(await issuer.mint(someone()));
        assert.equal(verdict.is_accepted, true);

        await page
          .getByRole("button", { name: "Fetch now: the keys of Custom" })
          .click();
        await seesNotice(page, "Fetched the keys of Custom");
        await page.getByRole("link", { name: "Edit Custom" }).click();
        await seesPage(page, /Custom/);
        await field("Audience").fill("another-app");
        await page.getByRole("button", { name: "Save changes" }).click();
        await seesNotice(page, "Rule Custom saved");
        await page.getByText("another-app").waitFor();
        const refused = await server.explain(await issuer.mint(someone()));
        assert.equal(refused.is_accepted, false);

        await page.getByRole("button", { name: "Remove Custom" }).click();
        const dialog = page.getByRole("dialog", {
          name: "Remove the rule Custom?",
        });
        await dialog.getByRole("button", { name: "Remove rule" }).click();
        await seesNotice(page, "Rule Custom removed");
        await seesNoMore(page.getByRole("link", { name: "Edit Custom" }));
      });
    });

    it("a shared secret is asked for, kept, and never shown again", async () => {
      await onPage("/access/new?preset=custom", async (page) => {
        const field = (name) => page.getByLabel(name, { exact: true });
        await field("Name").fill("Shared");
        await field("Issuer").fill("https://shared.example");
        await page.getByRole("radio", { name: /Shared secret/ }).check();
        const secret = page.getByRole("main").locator("input[type=password]");
        await secret.fill("too short");
        await seesError(secret, /32/);
        const long = "b64-of-thirty-two-bytes-or-more-0123456789";
        await secret.fill(long);
        await page.getByText("The rule can be saved").waitFor();
        await page.getByRole("button", { name: "Add rule" }).click();
        await seesUrl(page, /\/access$/);
        await page.getByRole("link", { name: "Edit Shared" }).click();
        await page
          .getByText("Leave it empty to keep the current one.")
          .waitFor();
        assert.ok(!(await page.content()).includes(long));
        await page.getByRole("button", { name: "Save changes" }).click();
        await seesNotice(page, "Rule Shared saved");
        const { rules } = await owner.do(
          "GET",
          `/projects/${server.project.id}/rules`,
        );
        assert.equal(
          rules.find(({ name }) => name === "Shared").has_secret,
          true,
        );
      });
    });
  });

  it("signing keys: a rotation is a question, and the new key signs", async () => {
    await onPage("/signing-keys", async (page) => {
      const rows = page.getByRole("table").getByRole("row");
      await page.getByRole("rowheader").first().waitFor();
      const before = await rows.count();
      await page.getByRole("button", { name: "Rotate key" }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: "Rotate now" })
        .click();
      await seesNotice(page, "A new key signs from now on");
      await until(
        "the new key is listed",
        async () => (await rows.count()) === before + 1,
      );
      await page.getByText("Still verifies").first().waitFor();
    });
  });

  it("a new project and a new organization need names, and are opened", async () => {
    await onPage("/threads", async (page) => {
      const choose = async (name) => {
        await page.getByRole("button", { name: "Switch project" }).click();
        await page.getByRole("menuitem", { name }).first().click();
      };
      await choose("New project");
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Create project" }).click();
      await seesError(dialog.getByLabel("Name"), /Fill this in/);
      await dialog.getByLabel("Name").fill("Staging");
      await dialog.getByRole("button", { name: "Create project" }).click();
      await seesPage(page, "How do your users sign in?");
      await page.getByText("Skip to the dashboard").click();
      const switcher = page.getByRole("button", { name: "Switch project" });
      await switcher.getByText("Staging").waitFor();
      await page.goto(dashboard.inProject("/threads"));
      await choose("New organization");
      await dialog.getByRole("button", { name: "Create organization" }).click();
      await seesError(dialog.getByLabel("Name"), /Fill this in/);
      await dialog.getByLabel("Name").fill("Second team");
      await dialog.getByRole("button", { name: "Create organization" }).click();
      await page.getByText("Second team").first().waitFor();
    });
  });
});
