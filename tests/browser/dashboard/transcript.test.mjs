// What was said in a thread: messages of every format, what is stored of them, and replies that are being written.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, it } from "node:test";
import { says } from "../../clients/support/conversations.mjs";
import { onOneEngine, someone } from "../../clients/support/suite.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { seedMessage, seedThread } from "../support/seeds.mjs";
import { seesNoMore } from "../support/seeing.mjs";

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  const person = someone();
  let owner;
  before(async () => {
    await dashboard.start();
    owner = await dashboard.operators.setUp();
  });
  after(() => dashboard.stop());

  const onThread = (id, act) =>
    dashboard.visit(owner, dashboard.inProject(`/threads/${id}`), act);

  it("a message is shown as what was said, whatever its format", async () => {
    const id = await seedThread(server, person, { title: "Parcel" });
    const stored = [
      ["aui/v0", says("user", "Where is it?")],
      [
        "ai-sdk/v6",
        { role: "assistant", parts: [{ type: "text", text: "In Hanover." }] },
      ],
      ["odd/v1", { odd: "said oddly" }],
    ];
    let parent = null;
    for (const [format, content] of stored) {
      parent = await seedMessage(server, person, id, parent, content, {
        format,
      });
    }
    await onThread(id, async (page) => {
      const said = page.getByRole("article");
      await said.nth(2).waitFor();
      // What is not laid out, being out of sight, has no inner text.
      const texts = await said.allTextContents();
      assert.match(texts[0], /User[^]*Where is it\?/);
      assert.match(texts[1], /Assistant[^]*In Hanover\./);
      assert.match(texts[2], /odd\/v1[^]*"odd": "said oddly"/);

      await page.getByRole("tab", { name: "Raw" }).click();
      const raw = page
        .getByRole("tabpanel")
        .getByRole("region", { name: /^message / });
      await raw.nth(2).waitFor();
      const written = await raw.allTextContents();
      assert.deepEqual(
        written.map((text) => {
          const { format, content } = JSON.parse(text);
          return [format, content];
        }),
        stored,
      );
    });
  });

  it("numbers are shown and exported as they were sent", async () => {
    const exact = '{"ids":[738529527931269425,1.0,1e400]}';
    const id = await seedThread(server, person, { title: "Numbers" });
    const content = `{"role":"assistant","content":[{"type":"tool-call","toolCallId":"c","toolName":"order","args":{},"result":${exact}}]}`;
    const appended = await fetch(
      `${server.project.frontendUrl}/v1/threads/${id}/messages`,
      {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Authorization: `Bearer ${await server.mint(person)}`,
        },
        body: `{"parent_id":null,"format":"aui/v0","content":${content}}`,
      },
    );
    assert.equal(appended.status, 201);
    await onThread(id, async (page) => {
      const result = page.getByRole("region", { name: "Result" });
      await page.getByRole("article").getByText("order").click();
      assert.equal((await result.textContent()).replace(/\s/g, ""), exact);
      await page.getByRole("tab", { name: "Raw" }).click();
      const raw = page.getByRole("region", { name: /^message / });
      const shown = (await raw.textContent()).replace(/\s/g, "");
      assert.ok(shown.includes(`"content":${content}`), shown);
      await page.getByRole("button", { name: "Export" }).click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: "JSON" }).click(),
      ]);
      const saved = await readFile(await download.path(), "utf8");
      assert.ok(saved.replace(/\s/g, "").includes(`"content":${content}`));
      assert.equal(JSON.parse(saved).thread.id, id);
    });
  });

  it("a thumb that the client stored with the message counts in the list and among the details", async () => {
    const id = await seedThread(server, person, { title: "Rated" });
    await seedMessage(server, person, id, null, {
      ...says("assistant", "It is here."),
      metadata: { submittedFeedback: { type: "positive" } },
    });
    await onThread(id, async (page) => {
      await page.getByText("The user gave a thumbs up").waitFor();
      await page
        .getByRole("tabpanel", { name: "Details" })
        .getByText("1 thumbs up")
        .waitFor();
      await page.getByRole("link", { name: "Threads" }).first().click();
      const row = page.getByRole("row").filter({ hasText: "Rated" });
      await row.getByText("1 thumbs up").filter({ visible: true }).waitFor();
    });
  });

  /** Answers for the messages of a thread; a reply with this run and this text is the only one. */
  const answerWith = (page, replies) =>
    page.route(/\/threads\/[^/?]+\/messages(\?|$)/, (route) => {
      const { run, text } = replies.length > 1 ? replies.shift() : replies[0];
      const at = new Date().toISOString();
      const message = {
        id: "msg_reply",
        parent_id: null,
        external_id: null,
        height: 0,
        created_at: at,
        updated_at: at,
        format: "aui/v0",
        has_copy: false,
        run,
        transcript: {
          role: "assistant",
          role_name: null,
          parts: text === "" ? [] : [{ kind: "text", text }],
          ending:
            run.status === "running"
              ? { kind: "cancelled", error: null }
              : null,
          thumb: null,
          timing: null,
        },
      };
      return route.fulfill({
        json: { messages: [message], next_cursor: null },
      });
    });

  const running = { status: "running", last_heartbeat_ms_ago: 800 };

  it("a reply that is being written says so, and is there once it was written", async () => {
    const id = await seedThread(server, person, { title: "Running" });
    await dashboard.visit(owner, null, async (page) => {
      await answerWith(page, [
        { run: running, text: "" },
        { run: running, text: "It" },
        {
          run: { status: "ended", last_heartbeat_ms_ago: 100 },
          text: "It is here.",
        },
      ]);
      await page.goto(dashboard.inProject(`/threads/${id}`));
      const reply = page.getByRole("article");
      const mark = reply.getByText("Being written…");
      await mark.waitFor();
      assert.equal(await reply.getByText("Empty message").count(), 0);
      assert.equal(await reply.getByText("Stopped by the user").count(), 0);
      await reply.getByText("It is here.").waitFor();
      await seesNoMore(mark);
    });
  });

  it("a reply that nobody writes any more says so", async () => {
    const id = await seedThread(server, person, { title: "Interrupted" });
    await dashboard.visit(owner, null, async (page) => {
      const run = { status: "running", last_heartbeat_ms_ago: 45_000 };
      await answerWith(page, [{ run, text: "It is" }]);
      await page.goto(dashboard.inProject(`/threads/${id}`));
      const reply = page.getByRole("article");
      await reply.getByText(/^Interrupted/).waitFor();
      await reply.getByText("It is", { exact: true }).waitFor();
      assert.equal(await reply.getByText("Stopped by the user").count(), 0);
    });
  });
});
