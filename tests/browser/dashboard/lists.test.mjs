// Lists: search, filters and pages, all of them in the URL; the box behind Ctrl K; links that were sent.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onEveryEngine } from "../../clients/support/suite.mjs";
import { until } from "../../clients/support/wait.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { seedMany, seedThread } from "../support/seeds.mjs";
import {
  seesFocus,
  seesNoMore,
  seesPage,
  seesUrl,
} from "../support/seeing.mjs";

const THREADS = 120;
const ann = { userId: "ann", workspaceId: "org_green" };
const ben = { userId: "ben", workspaceId: "org_blue" };

const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000);

onEveryEngine((server) => {
  const dashboard = new Dashboard(server);
  let owner;
  let needle;
  before(async () => {
    await dashboard.start();
    owner = await dashboard.operators.setUp();
    await seedMany(THREADS, (number) =>
      seedThread(server, number % 3 ? ann : ben, {
        title: `Parcel ${String(number).padStart(3, "0")}`,
        last_message_at: minutesAgo(10 + number),
        is_archived: number % 10 === 0,
      }),
    );
    needle = await seedThread(
      server,
      ben,
      { title: "Haystack", last_message_at: minutesAgo(5) },
      ["Where is the zeppelin?", "In the hangar on the left."],
    );
    const found = `/projects/${server.project.id}/threads?search=zeppelin`;
    await until("messages are searchable", async () => {
      const { threads } = await owner.do("GET", found);
      return threads.length === 1;
    });
  });
  after(() => dashboard.stop());

  const onThreads = (act, search = "") =>
    dashboard.visit(owner, dashboard.inProject(`/threads${search}`), act);

  const table = (page) => page.getByRole("table", { name: "Threads" });
  const titles = async (page) => {
    await until("the rows are there", async () => {
      const busy = await table(page).getAttribute("aria-busy");
      return busy === "false";
    });
    const links = table(page).getByRole("rowheader").getByRole("link");
    return links.allInnerTexts();
  };

  it("pages hold 50, lead on and back, and survive a reload and a visit to a thread", async () => {
    await onThreads(async (page) => {
      const first = await titles(page);
      assert.equal(first.length, 50);
      assert.equal(first[0], "Haystack");
      const pages = page.getByRole("navigation", { name: "Pages" });
      await pages.getByRole("link", { name: "Next" }).click();
      await pages.getByText("Page 2").waitFor();
      const second = await titles(page);
      assert.deepEqual([second.length, second[0]], [50, "Parcel 049"]);
      await page.reload();
      assert.deepEqual(await titles(page), second);

      await page.getByRole("link", { name: "Parcel 070" }).click();
      await seesPage(page, /Parcel 070/);
      await page.goBack();
      assert.deepEqual(await titles(page), second);
      await until("the list is where it was", () =>
        page.getByRole("link", { name: "Parcel 070" }).evaluate((element) => {
          const { top, bottom } = element.getBoundingClientRect();
          return top >= 0 && bottom <= window.innerHeight;
        }),
      );

      await pages.getByRole("link", { name: "Next" }).click();
      await pages.getByText("Page 3").waitFor();
      assert.equal((await titles(page)).length, 21);
      assert.equal(await pages.getByRole("link", { name: "Next" }).count(), 0);
      await pages.getByRole("link", { name: "Previous" }).click();
      await pages.getByText("Page 2").waitFor();
      await page.goBack();
      await page.goBack();
      await page.goBack();
      await seesUrl(page, /\/threads$/);
      assert.deepEqual(await titles(page), first);
    });
  });

  it("a word of a message is found, with the place where it stands", async () => {
    await onThreads(async (page) => {
      await titles(page);
      await page.keyboard.press("/");
      const field = page.getByLabel("Search titles and messages");
      await seesFocus(field);
      await page.keyboard.type("ZEPP");
      await seesUrl(page, /search=ZEPP/);
      await page.getByText("Where is the").first().waitFor();
      assert.deepEqual(await titles(page), ["Haystack"]);
      await page.getByRole("link", { name: "Haystack" }).click();
      await seesUrl(page, new RegExp(`${needle}\\?message=`));
      await page.goBack();
      assert.equal(await field.inputValue(), "ZEPP");
      assert.deepEqual(await titles(page), ["Haystack"]);
      await field.fill("nowhere at all");
      await page.getByText("Nothing matches").waitFor();
      assert.equal(
        await page.getByRole("link", { name: "Clear filters" }).count(),
        0,
        "none are set",
      );
      await page.getByRole("link", { name: "Clear search" }).click();
      assert.equal((await titles(page)).length, 50);
      assert.equal(await field.inputValue(), "");
    });
  });

  it("a thread takes at most three lines of a narrow screen", async () => {
    const viewport = { width: 380, height: 800 };
    await dashboard.visit(
      owner,
      dashboard.inProject("/threads?search=zepp"),
      async (page) => {
        const row = page.getByRole("row").filter({ hasText: "Haystack" });
        await row.getByText("2 messages").waitFor();
        // Three lines with the space above and below them.
        const { height } = await row.boundingBox();
        assert.ok(height <= 96, `${height} px`);
      },
      { viewport },
    );
  });

  it("threads are listed in the order that is chosen", async () => {
    await onThreads(async (page) => {
      const latest = await titles(page);
      await page.getByLabel("Order").selectOption("Oldest message first");
      await seesUrl(page, /order=last_message_oldest/);
      await page.getByRole("link", { name: "Parcel 119" }).waitFor();
      assert.notDeepEqual(await titles(page), latest);
    });
  });

  it("filters narrow the list, are in the URL, and go one by one", async () => {
    await onThreads(async (page) => {
      await page.getByRole("button", { name: "Filters" }).click();
      const form = page.getByRole("dialog");
      await form.getByLabel("User id").fill("ben");
      await form.getByLabel("Archived").selectOption("Archived only");
      await form.getByRole("button", { name: "Apply" }).click();
      await seesUrl(page, /archived=true/);
      await page.getByRole("button", { name: /Remove.*ben/ }).waitFor();
      const expected = Array.from({ length: THREADS }, (_, number) => number)
        .filter((number) => number % 30 === 0)
        .map((number) => `Parcel ${String(number).padStart(3, "0")}`);
      await until(
        "the filtered rows",
        async () => (await titles(page)).length === expected.length,
      );
      assert.deepEqual(await titles(page), expected);
      await page.reload();
      assert.deepEqual(await titles(page), expected);
      await page.getByRole("button", { name: /Remove.*ben/ }).click();
      await until(
        "12 archived",
        async () => (await titles(page)).length === 12,
      );
      await page.goBack();
      await until("4 again", async () => (await titles(page)).length === 4);
    });
  });

  it("a range of days that ends before it begins is refused at its field", async () => {
    await onThreads(async (page) => {
      await page.getByRole("button", { name: "Filters" }).click();
      const form = page.getByRole("dialog");
      await form.getByLabel("From").fill("2026-05-02");
      await form.getByLabel("To", { exact: true }).fill("2026-05-01");
      await form.getByRole("button", { name: "Apply" }).click();
      await form.getByText("This day is before the first one.").waitFor();
      await form.getByLabel("To", { exact: true }).fill("2026-05-03");
      await form.getByRole("button", { name: "Apply" }).click();
      await page.getByText("Nothing matches").waitFor();
    });
  });

  it("nonsense in a URL is no reason to fail", async () => {
    const searches = [
      "?pages=zz~~",
      "?archived=maybe&from=yesterday",
      "?search=%00%ff",
      `?search=${"x".repeat(3000)}`,
    ];
    for (const search of searches) {
      await onThreads(async (page) => {
        await page
          .getByRole("heading", { level: 1 })
          .or(page.getByRole("alert"))
          .first()
          .waitFor();
      }, search);
    }
  });

  it("Ctrl K leads to a page, a thread, a user and a workspace", async () => {
    const jump = async (page, typed, option) => {
      await page.keyboard.press("Control+k");
      const box = page.getByRole("combobox", { name: "Jump to" });
      await seesFocus(box);
      await page.keyboard.type(typed);
      await page.getByRole("option", { name: option }).first().waitFor();
      await until(`${option} is first`, async () => {
        const chosen = page.getByRole("option", { selected: true });
        return option.test(await chosen.innerText().catch(() => ""));
      });
      await page.keyboard.press("Enter");
      await seesNoMore(box);
    };
    await onThreads(async (page) => {
      await titles(page);
      await jump(page, "signing", /Signing keys/);
      await seesPage(page, "Signing keys");
      await jump(page, "Haystack", /Haystack/);
      await seesUrl(page, new RegExp(`/threads/${needle}`));
      await jump(page, "ben", /\bben\b/);
      await seesUrl(page, /\/users\/ben/);
      await jump(page, "org_green", /org_green/);
      await seesUrl(page, /\/workspaces\/org_green/);
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Jump to" }).waitFor();
      await page.keyboard.press("Escape");
      await seesNoMore(page.getByRole("combobox", { name: "Jump to" }));
    });
  });
});
