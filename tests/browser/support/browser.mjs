// A real Chromium. Every visit is a browser of its own: no caches, no storage.

import { chromium } from "playwright-core";

const executablePath =
  process.env.THREADKEEP_TEST_CHROMIUM ?? "/usr/bin/chromium";

const args = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export class Browser {
  #chromium;

  async start() {
    this.#chromium = await chromium.launch({ executablePath, args });
  }

  async stop() {
    await this.#chromium?.close();
  }

  /** A profile without any past; the caller closes it. */
  async newContext(options) {
    return this.#chromium.newContext(options);
  }

  /** Opens a page and runs `act` on it and on the requests it makes to `api` meanwhile. */
  async visit(url, api, act) {
    const context = await this.newContext();
    try {
      const page = await context.newPage();
      const requests = recordRequests(page, api);
      await page.goto(url);
      await page.waitForFunction(() => globalThis.connect);
      await page.evaluate((base) => globalThis.connect(base), api);
      await act(page, requests);
    } finally {
      await context.close();
    }
  }
}

function recordRequests(page, api) {
  const requests = [];
  page.on("request", (request) => {
    if (request.url().startsWith(api)) requests.push(request);
  });
  return requests;
}
