// Replies that meet trouble on the newest packages: a slow server, a closed tab, a killed server, another node.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { onEveryEngine } from "../clients/support/suite.mjs";
import { until } from "../clients/support/wait.mjs";
import { Browser } from "./support/browser.mjs";
import { ChatApp } from "./support/chat-app.mjs";
import { ChatPage, textOf } from "./support/chat-page.mjs";
import { newestGeneration } from "./support/generations.mjs";
import { inProfile } from "./support/life.mjs";
import { serveSlowly } from "./support/slow.mjs";

const DELAY_MS = 200;
const STALE_WITHIN_MS = 60_000;

const question = "Where is my parcel P-88?";

const browser = new Browser();
before(() => browser.start());
after(() => browser.stop());

const runtimeOf = (wanted) =>
  newestGeneration.runtimes.find(({ name }) => name === wanted);

const secret = randomBytes(32).toString("base64");

/** Nodes share their secret. */
const withSecret = () => ({ THREADKEEP_SECRET: secret });

onEveryEngine((server) => {
  const app = new ChatApp((person) => server.mint(person));
  before(() => app.start());
  after(() => app.stop());

  /** Opens pages of the newest app for a person who is signed in to it. */
  const visit = (runtime, act) =>
    inProfile({ browser, server, app, runtime }, async (profile) => {
      const { context, person } = profile;
      const open = async (api = server.project.frontendUrl) => {
        const page = new ChatPage(await context.newPage());
        const where = { generation: newestGeneration.folder };
        await page.open(app.pageOf({ ...where, runtime: runtime.name }, api));
        await page.newThread();
        return page;
      };
      const ask = async (path) =>
        (await server.askAs(person, "GET", path)).body;
      const title = () =>
        until("the thread has a title", async () => {
          const { threads } = await ask("/threads");
          return threads[0]?.title;
        });
      const messages = async () => {
        const { threads } = await ask("/threads");
        if (threads.length === 0) return [];
        return (await ask(`/threads/${threads[0].id}/messages`)).messages;
      };
      /** Waits until all that a page shows is stored, and none of it is being written any more. */
      const stored = (shown) =>
        until("all of it is stored", async () => {
          const rows = await messages();
          const written = rows.filter(({ run }) => run?.status !== "running");
          const texts = JSON.stringify(written.map(({ content }) => content));
          return shown.every((message) => texts.includes(textOf(message)));
        });
      await act({ ...profile, open, title, messages, stored });
    });

  /** Sends a question whose reply stays unfinished, and waits until the server knows that it is being written. */
  const sendHalf = async (page, messages) => {
    const release = app.model.hold();
    await page.say(question);
    await until("the reply is known to be running", async () => {
      const rows = await messages();
      return rows.some(({ run }) => run?.status === "running");
    });
    return release;
  };

  describe(`on a server that takes ${DELAY_MS} ms longer`, () => {
    let slow;
    before(async () => {
      slow = await serveSlowly(server.url, DELAY_MS);
    });
    after(() => slow.stop());

    for (const name of ["useLocalRuntime", "useChatRuntime"]) {
      it(`a fast reply of ${name} is kept`, async () => {
        await visit(runtimeOf(name), async ({ open, title, stored }) => {
          const { pathname } = new URL(server.project.frontendUrl);
          const page = await open(`${slow.url}${pathname}`);
          await page.send(question);
          const shown = await page.send("And who brings it?");
          await stored(shown);
          const name = await title();
          await page.reload();
          const back = await page.openThread(name, shown.length);
          assert.deepEqual(back, shown);
        });
      });
    }

    // Its client stores such a reply beside the placeholder, which it forgets.
    it("a fast reply of useAgUiRuntime is stored", async () => {
      await visit(runtimeOf("useAgUiRuntime"), async ({ open, messages }) => {
        const { pathname } = new URL(server.project.frontendUrl);
        const page = await open(`${slow.url}${pathname}`);
        const shown = await page.send(question);
        await until("all of it is stored", async () => {
          const texts = JSON.stringify(await messages());
          return shown.every((message) => texts.includes(textOf(message)));
        });
      });
    });
  });

  it("a reply whose tab was closed reads as interrupted, and can be asked for again", async () => {
    const runtime = runtimeOf("useLocalRuntime");
    await visit(runtime, async ({ open, title, messages, stored }) => {
      const closed = await open();
      const release = await sendHalf(closed, messages);
      await closed.close();

      const name = await title();
      const page = await open();
      const shown = await page.openThread(name, 2);
      assert.equal(shown.at(-1).error, "run_in_progress");
      await until(
        "the reply reads as interrupted",
        async () => (await page.messages()).at(-1).error === "run_stale",
        { within: STALE_WITHIN_MS },
      );
      release();
      const whole = await page.regenerate();
      await stored(whole);
      await page.reload();
      assert.deepEqual(await page.openThread(name, 2), whole);
    });
  });

  it("a reply outlives a server that is killed in the middle of it", async () => {
    const runtime = runtimeOf("useLocalRuntime");
    await visit(runtime, async ({ open, title, messages, stored, watch }) => {
      watch.allow(/net::ERR_/, /status of 503/);
      const page = await open();
      const release = await sendHalf(page, messages);
      await server.kill();
      await server.restart();
      release();
      const shown = await page.shows(2);
      await stored(shown);
      const name = await title();
      await page.reload();
      assert.deepEqual(await page.openThread(name, 2), shown);
    });
  });

  if (server.engine === "PostgreSQL") {
    describe("on two nodes", () => {
      let node;
      before(async () => {
        node = server.node();
        await node.start();
      });
      after(() => node.stop());

      it("a reply that is written through one node is followed through the other", async () => {
        const runtime = runtimeOf("useLocalRuntime");
        await visit(runtime, async ({ open, title, messages }) => {
          const writer = await open();
          const release = await sendHalf(writer, messages);
          const { pathname } = new URL(server.project.frontendUrl);
          const name = await title();
          const reader = await open(`${node.url}${pathname}`);
          const half = await reader.openThread(name, 2);
          assert.equal(half.at(-1).error, "run_in_progress");
          release();
          const shown = await writer.shows(2);
          await until(
            "the reader shows the whole reply",
            async () =>
              textOf((await reader.messages()).at(-1)) === textOf(shown.at(-1)),
          );
          assert.deepEqual(await reader.messages(), shown);
        });
      });
    });
  }
}, withSecret);
