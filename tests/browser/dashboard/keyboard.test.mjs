// Without a mouse: every step by Tab, arrows, Enter and Space, and the focus is never lost.

import { after, before, it } from "node:test";
import { says } from "../../clients/support/conversations.mjs";
import { onOneEngine, someone } from "../../clients/support/suite.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { seedMessage, seedThread } from "../support/seeds.mjs";
import {
  seesFocus,
  seesNoMore,
  seesPage,
  seesUrl,
  tabTo,
} from "../support/seeing.mjs";

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  const person = someone();
  let owner;
  before(async () => {
    await dashboard.start();
    owner = await dashboard.operators.setUp();
    const thread = await seedThread(server, person, { title: "Forked" });
    const asked = await seedMessage(
      server,
      person,
      thread,
      null,
      says("user", "Which one?"),
    );
    for (const text of ["The first answer", "The second answer"])
      await seedMessage(server, person, thread, asked, says("assistant", text));
  });
  after(() => dashboard.stop());

  const press = async (page, locator, key = "Enter") => {
    await tabTo(page, locator);
    await page.keyboard.press(key);
  };

  it("signs in, and lands on the page's heading", async () => {
    await dashboard.visit(
      null,
      dashboard.inProject("/api-keys"),
      async (page) => {
        await seesPage(page, "Sign in");
        await tabTo(page, page.getByLabel("E-mail address"));
        await page.keyboard.type(owner.email);
        await tabTo(page, page.getByLabel("Password", { exact: true }));
        await page.keyboard.type(owner.password);
        await page.keyboard.press("Enter");
        await seesPage(page, "API keys");
      },
    );
  });

  it("skips to the content, and follows a link to a page whose heading takes the focus", async () => {
    await dashboard.visit(
      owner,
      dashboard.inProject("/threads"),
      async (page) => {
        await seesPage(page, "Threads");
        await press(
          page,
          page.getByRole("button", { name: "Skip to content" }),
        );
        await seesFocus(page.getByRole("main"));
        await press(page, page.getByRole("link", { name: "Signing keys" }));
        await seesPage(page, "Signing keys");
        await seesFocus(page.getByRole("heading", { level: 1 }));
      },
    );
  });

  it("creates and revokes a key; the focus comes back to where it was", async () => {
    await dashboard.visit(
      owner,
      dashboard.inProject("/api-keys"),
      async (page) => {
        const create = page
          .getByRole("button", { name: "Create API key" })
          .first();
        await press(page, create);
        const dialog = page.getByRole("dialog");
        await dialog.waitFor();
        await tabTo(page, dialog.getByLabel("Name"));
        await page.keyboard.type("by hand");
        await tabTo(page, dialog.getByLabel("Expires"));
        await page.keyboard.press("ArrowDown");
        await press(page, dialog.getByRole("button", { name: "Create key" }));
        const made = page.getByRole("dialog", { name: "by hand is ready" });
        await press(
          page,
          made.getByRole("button", { name: "I have copied it" }),
        );
        await seesNoMore(made);
        await press(page, page.getByRole("button", { name: "Revoke by hand" }));
        const sure = page.getByRole("dialog", { name: "Revoke by hand?" });
        await sure.waitFor();
        await page.keyboard.press("Escape");
        await seesNoMore(sure);
        await seesFocus(page.getByRole("button", { name: "Revoke by hand" }));
        await page.keyboard.press("Enter");
        await press(
          page,
          sure.getByRole("button", { name: "Revoke key" }),
          "Space",
        );
        await seesNoMore(page.getByRole("button", { name: "Revoke by hand" }));
      },
    );
  });

  it("adds a rule by a preset", async () => {
    await dashboard.visit(
      owner,
      dashboard.inProject("/access"),
      async (page) => {
        await press(page, page.getByRole("link", { name: "Add rule" }).first());
        await seesUrl(page, /access\/new/);
        await press(
          page,
          page
            .getByRole("main")
            .getByRole("link", { name: /Clerk/ })
            .or(page.getByRole("main").getByRole("button", { name: /Clerk/ }))
            .first(),
        );
        await seesUrl(page, /preset=clerk/);
        const fact = page.getByRole("main").getByRole("textbox").first();
        await tabTo(page, fact);
        await page.keyboard.type("https://quick-fox-12.clerk.accounts.dev");
        await press(page, page.getByRole("button", { name: "Add rule" }));
        await seesUrl(page, /\/access$/);
        await page.getByRole("link", { name: /^Edit Clerk/ }).waitFor();
      },
    );
  });

  it("opens a thread and switches its branch; the focus stays with the switch", async () => {
    await dashboard.visit(
      owner,
      dashboard.inProject("/threads"),
      async (page) => {
        await press(page, page.getByRole("link", { name: "Forked" }));
        await page.getByText("The second answer").first().waitFor();
        const previous = page.getByRole("button", { name: "Previous version" });
        await press(page, previous);
        await page.getByText("The first answer").first().waitFor();
        await seesFocus(previous);
        await page.getByText("1 of 2").waitFor();
        await press(page, page.getByRole("button", { name: "Next version" }));
        await page.getByText("The second answer").first().waitFor();
      },
    );
  });

  it("menus open, move by arrows and give the focus back", async () => {
    await dashboard.visit(
      owner,
      dashboard.inProject("/threads"),
      async (page) => {
        const menu = page.getByRole("button", {
          name: "Your account and settings",
        });
        await press(page, menu);
        await page.getByRole("menu").waitFor();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Escape");
        await seesNoMore(page.getByRole("menu"));
        await seesFocus(menu);
        await press(page, page.getByRole("button", { name: "Switch project" }));
        await page.getByRole("menuitem", { name: /Default project/ }).waitFor();
        await page.keyboard.press("Escape");
        await seesNoMore(page.getByRole("menu"));
      },
    );
  });
});
