// The playground: a chat through the published client against this very project, as a visitor and as a user.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { onEveryEngine } from "../../clients/support/suite.mjs";
import { until } from "../../clients/support/wait.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import {
  seesError,
  seesNoMore,
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

  const onPage = (act, search = "") =>
    dashboard.visit(owner, dashboard.inProject(`/playground${search}`), act);

  const list = (page) => page.getByRole("navigation", { name: "Threads" });
  const messages = (page) => page.getByRole("log").getByRole("article");
  const texts = async (page) => {
    const all = await messages(page).allInnerTexts();
    // Above an answer stands whose it is.
    return all.map(
      (text) =>
        text
          .trim()
          .replace(/^Echo\s+/, "")
          .split("\n")[0],
    );
  };
  const sees = (page, expected) =>
    until(`the conversation ${expected}`, async () => {
      const found = await texts(page);
      return (
        found.length === expected.length &&
        found.every((text, index) => text === expected[index])
      );
    });

  async function say(page, text) {
    await page
      .getByRole("textbox", { name: "Message", exact: true })
      .fill(text);
    await page.getByRole("button", { name: "Send", exact: true }).click();
  }

  const identities = {
    "an anonymous visitor": { search: "", who: /^usr_anon_|^usr_/ },
    "a user of the operator's choice": {
      search: "?user=ann&workspace=org_green",
      who: /^ann$/,
    },
  };

  for (const [name, { search, who }] of Object.entries(identities)) {
    describe(`As ${name}`, () => {
      it("threads appear, are renamed, archived, branched, switched, and survive a reload", async () => {
        await onPage(async (page) => {
          await seesPage(page, "Playground");
          await say(page, "First question");
          await sees(page, ["First question", "First question"]);
          const item = (title) =>
            list(page).getByRole("button", { name: title, exact: true });
          const menuOf = (title) =>
            list(page).getByRole("button", { name: `Actions for ${title}` });
          await until(
            "the thread is in the list",
            async () => (await list(page).getByRole("listitem").count()) === 1,
          );
          await seesUrl(page, /thread=thread_/);

          await list(page)
            .getByRole("button", { name: /^Actions for/ })
            .click();
          await page.getByRole("menuitem", { name: "Rename" }).click();
          await page.getByLabel("New title").fill("Parcel P-88");
          await page.keyboard.press("Enter");
          await item("Parcel P-88").waitFor();
          await menuOf("Parcel P-88").click();
          await page.getByRole("menuitem", { name: "Rename" }).click();
          await page.getByLabel("New title").fill("Not this");
          await page.keyboard.press("Escape");
          await item("Parcel P-88").waitFor();

          // Editing a question makes a branch, and so does another answer.
          await messages(page).first().hover();
          await messages(page)
            .first()
            .getByRole("button", { name: "Edit" })
            .click();
          await page.getByLabel("Edited message").fill("Second question");
          await page
            .getByRole("button", { name: "Send as a new version" })
            .click();
          await sees(page, ["Second question", "Second question"]);
          const versions = messages(page)
            .first()
            .getByRole("group", { name: "Versions of this message" });
          await versions.getByText("2 of 2").waitFor();
          await versions
            .getByRole("button", { name: "Previous version" })
            .click();
          await sees(page, ["First question", "First question"]);
          await versions.getByRole("button", { name: "Next version" }).click();
          await sees(page, ["Second question", "Second question"]);
          await messages(page).last().hover();
          await messages(page)
            .last()
            .getByRole("button", { name: "Answer again" })
            .click();
          await messages(page).last().getByText("2 of 2").waitFor();
          await say(page, "Third question");
          await sees(page, [
            "Second question",
            "Second question",
            "Third question",
            "Third question",
          ]);
          await until("all is stored", () => isStored(page, 7));

          await page.reload();
          await sees(page, [
            "Second question",
            "Second question",
            "Third question",
            "Third question",
          ]);
          await versions.getByText("2 of 2").waitFor();

          await page
            .getByRole("button", { name: "New thread", exact: true })
            .first()
            .click();
          await page.getByText("Say something").waitFor();
          await say(page, "Another thread");
          await sees(page, ["Another thread", "Another thread"]);
          await item("Parcel P-88").click();
          await sees(page, [
            "Second question",
            "Second question",
            "Third question",
            "Third question",
          ]);

          await menuOf("Parcel P-88").click();
          await page.getByRole("menuitem", { name: "Archive" }).click();
          await list(page).getByRole("heading", { name: "Archived" }).waitFor();
          await page.reload();
          await list(page).getByRole("heading", { name: "Archived" }).waitFor();
          await menuOf("Parcel P-88").click();
          await page.getByRole("menuitem", { name: "Unarchive" }).click();
          await seesNoMore(
            list(page).getByRole("heading", { name: "Archived" }),
          );

          await item("Parcel P-88").click();
          await page
            .getByRole("link", { name: "Open in the dashboard" })
            .click();
          await seesPage(page, /Parcel P-88/);
          await page.getByText("Third question").first().waitFor();
          await page.getByText("2 of 2").first().waitFor();
          await page.goBack();
          await seesPage(page, "Playground");
          await menuOf("Parcel P-88").click();
          await page.getByRole("menuitem", { name: "Delete" }).click();
          await page
            .getByRole("dialog")
            .getByRole("button", { name: "Delete" })
            .click();
          await seesNoMore(item("Parcel P-88"));
        }, search);
        const { threads } = await owner.do(
          "GET",
          `/projects/${server.project.id}/threads`,
        );
        assert.match(threads[0].created_by, who);
      });
    });
  }

  /** Whether the open thread has as many messages on the server. */
  async function isStored(page, count) {
    const id = new URL(page.url()).searchParams.get("thread");
    const path = `/projects/${server.project.id}/threads/${id}/messages`;
    const { messages: stored } = await owner.do("GET", path);
    return stored.length === count;
  }

  it("a user is chosen by a form, whose choice is in the URL", async () => {
    await onPage(async (page) => {
      await page.getByRole("radio", { name: "A user I choose" }).check();
      await page.getByRole("button", { name: "Chat as this user" }).click();
      const user = page.getByLabel("User id");
      await seesError(user, /Fill this in/);
      await user.fill("ben");
      await page.getByRole("button", { name: "Chat as this user" }).click();
      await page.getByText("Chatting as ben in ben").waitFor();
      await seesUrl(page, /user=ben/);
      await say(page, "Hello, I am Ben");
      await sees(page, ["Hello, I am Ben", "Hello, I am Ben"]);
      await page.getByRole("radio", { name: "An anonymous visitor" }).check();
      await page.getByText("Say something").waitFor();
      await page.goBack();
      await page.getByText("Chatting as ben in ben").waitFor();
    });
    const { entries } = await owner.do(
      "GET",
      `/projects/${server.project.id}/audit?resource_type=token`,
    );
    assert.ok(entries.some(({ action }) => action === "token.create"));
  });

  it("an id that cannot be one is refused in words", async () => {
    await onPage(async (page, watch) => {
      // The client tells the console what it was refused.
      watch.allow(/Authorization failed/);
      await page.getByRole("radio", { name: "A user I choose" }).check();
      await page.getByLabel("User id").fill("has spaces");
      await page.getByRole("button", { name: "Chat as this user" }).click();
      await page
        .getByText(/cannot contain whitespace|refused/i)
        .first()
        .waitFor();
    });
  });

  it("without visitors the page says so, and a user can chat all the same", async () => {
    await owner.do("PUT", `/projects/${server.project.id}`, {
      anonymous_access: false,
    });
    try {
      await onPage(async (page) => {
        await page.getByText("Anonymous access is off").waitFor();
        await page.getByRole("link", { name: "Open access settings" }).click();
        await seesPage(page, "Access");
      });
    } finally {
      await owner.do("PUT", `/projects/${server.project.id}`, {
        anonymous_access: true,
      });
    }
  });
});
