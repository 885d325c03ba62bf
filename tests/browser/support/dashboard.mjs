// The dashboard of a server, in a browser of the test's own for each visit.

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { Browser } from "./browser.mjs";
import { Operators } from "./operators.mjs";
import { Watch } from "./watch.mjs";

/** Where pictures go; git ignores it. */
export const pictures = resolve(import.meta.dirname, "../screenshots");

const WIDE = { width: 1440, height: 900 };
const WAIT_MS = 30_000;

export class Dashboard {
  #browser = new Browser();
  #server;

  constructor(server) {
    this.#server = server;
    this.operators = new Operators(server);
  }

  async start() {
    await this.#browser.start();
  }

  async stop() {
    await this.#browser.stop();
  }

  /** The dashboard's address, or that of a page: `at("/account")`. */
  at(path = "/") {
    return `${this.#server.url}/dashboard${path}`;
  }

  /** The address of a page of the default project. */
  inProject(path = "") {
    return this.at(`/projects/${this.#server.project.id}${path}`);
  }

  /**
   * Runs `act` on a page that shows `url`, signed in as `operator` unless that is null, with the page, what
   * watches it and the context. Afterwards nothing may have gone wrong on any page of the visit.
   */
  async visit(operator, url, act, { viewport = WIDE, ...options } = {}) {
    const context = await this.#browser.newContext({
      viewport,
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(WAIT_MS);
    const watch = new Watch();
    await watch.of(context);
    try {
      if (operator) await context.addCookies(operator.cookies);
      const page = await context.newPage();
      if (url) await page.goto(url);
      await act(page, watch, context);
      watch.assertQuiet();
    } catch (error) {
      await keepPictures(context);
      watch.tell();
      throw error;
    } finally {
      await context.close();
    }
  }
}

/** What a failed test saw last. */
async function keepPictures(context) {
  await mkdir(pictures, { recursive: true });
  for (const [index, page] of context.pages().entries()) {
    const path = resolve(pictures, `failed-${Date.now()}-${index}.png`);
    await page.screenshot({ path }).catch(() => {});
    console.error(`${page.url()}: ${path}`);
  }
}
