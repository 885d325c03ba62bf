// API keys: made, shown once, used, revoked; and what happens when the server refuses.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onEveryEngine, someone } from "../../clients/support/suite.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import {
  seesError,
  seesNoMore,
  seesNotice,
  seesPage,
  seesUrl,
} from "../support/seeing.mjs";

onEveryEngine((server) => {
  const dashboard = new Dashboard(server);
  let owner;
  before(async () => {
    await dashboard.start();
    owner = await dashboard.operators.setUp();
  });
  after(() => dashboard.stop());

  const onPage = (act) =>
    dashboard.visit(owner, dashboard.inProject("/api-keys"), act);

  const works = async (key) => {
    const project = { ...server.project, key };
    const answer = await server.askAs(someone(), "GET", "/threads", {
      project,
    });
    return answer.status === 200;
  };

  it("a key is shown once, works, and is refused once it is revoked", async () => {
    await onPage(async (page) => {
      await seesPage(page, "API keys");
      await page.getByRole("button", { name: "Create API key" }).click();
      const dialog = page.getByRole("dialog", { name: "Create an API key" });
      await dialog.getByLabel("Name").fill("web backend");
      await dialog.getByLabel("Expires").selectOption("In 30 days");
      await dialog.getByRole("button", { name: "Create key" }).click();

      const made = page.getByRole("dialog", { name: "web backend is ready" });
      await made.waitFor();
      const shown = await made.innerText();
      const [key] = shown.match(/\b[a-z]+_[A-Za-z0-9_-]{20,}/);
      assert.match(shown, /^THREADKEEP_\w+=|ASSISTANT_\w+=/m);
      assert.match(shown, /curl /);
      assert.ok(await works(key));
      // It can be seen this once: neither Esc nor a press beside it throws it away.
      await page.keyboard.press("Escape");
      await page.mouse.click(5, 5);
      await made.getByText(key, { exact: true }).waitFor();
      await made.getByRole("button", { name: "I have copied it" }).click();
      await seesNoMore(made);

      const row = page.getByRole("row", { name: /web backend/ });
      assert.match(await row.innerText(), new RegExp(key.slice(-4)));
      assert.ok(!(await page.content()).includes(key));
      await page.reload();
      await row.getByRole("button", { name: "Revoke web backend" }).click();
      const sure = page.getByRole("dialog", { name: "Revoke web backend?" });
      await sure.getByRole("button", { name: "Revoke key" }).click();
      await seesNotice(page, "web backend revoked");
      await seesNoMore(row);
      assert.ok(!(await works(key)));
    });
  });

  it("a key needs a name", async () => {
    await onPage(async (page) => {
      await page.getByRole("button", { name: "Create API key" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Create key" }).click();
      await seesError(dialog.getByLabel("Name"), /Fill this in/);
      await dialog.getByLabel("Name").fill("x".repeat(300));
      const { length } = await dialog.getByLabel("Name").inputValue();
      if (length > 255) {
        await dialog.getByRole("button", { name: "Create key" }).click();
        await seesError(dialog.getByLabel("Name"), /255/);
      }
    });
  });

  it("the dialog is a URL, and Back closes it", async () => {
    await onPage(async (page) => {
      await page.getByRole("button", { name: "Create API key" }).click();
      await page.getByRole("dialog").waitFor();
      await seesUrl(page, /create=true/);
      await page.goBack();
      await seesNoMore(page.getByRole("dialog"));
      await page.goForward();
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await seesNoMore(page.getByRole("dialog"));
    });
  });
});
