// What a first visit costs: script below 250 kB gzip, and, for the reader, the usual measures of a page.

import assert from "node:assert/strict";
import { get } from "node:http";
import { after, before, it } from "node:test";
import { onOneEngine } from "../../clients/support/suite.mjs";
import { until } from "../../clients/support/wait.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { settled } from "../support/pages.mjs";

const MOST_SCRIPT_BYTES = 250_000;

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  let owner;
  before(async () => {
    await dashboard.start();
    owner = await dashboard.operators.setUp();
  });
  after(() => dashboard.stop());

  const firsts = {
    "the sign-in": () => [null, dashboard.at("/sign-in")],
    "a project's overview": () => [owner, dashboard.inProject()],
    "the threads": () => [owner, dashboard.inProject("/threads")],
    "the token tester": () => [owner, dashboard.inProject("/access/test")],
  };
  for (const [name, where] of Object.entries(firsts)) {
    it(`${name} loads less than 250 kB of script`, async (t) => {
      const [operator, url] = where();
      await dashboard.visit(operator, null, async (page) => {
        const scripts = new Set();
        const awaited = new Set();
        page.on("request", (request) => {
          if (request.resourceType() !== "script") return;
          scripts.add(request.url());
          awaited.add(request);
        });
        for (const end of ["requestfinished", "requestfailed"]) {
          page.on(end, (request) => awaited.delete(request));
        }
        await page.addInitScript(measure);
        await page.goto(url);
        await settled(page);
        await until("every script is there", () => awaited.size === 0);
        const sizes = await Promise.all([...scripts].map(gzipSize));
        const total = sizes.reduce((sum, size) => sum + size, 0);
        t.diagnostic(
          `${name}: ${total} bytes of script in ${sizes.length} files`,
        );
        const { lcp, cls, blocked } = await page.evaluate(
          () => globalThis.measures,
        );
        t.diagnostic(
          `${name}: LCP ${Math.round(lcp)} ms, CLS ${cls.toFixed(3)}, blocked ${Math.round(blocked)} ms`,
        );
        assert.ok(scripts.size > 0);
        assert.ok(total < MOST_SCRIPT_BYTES, `${total} bytes`);
      });
    });
  }

  it("files whose names have a hash are kept by the browser, the page is not", async () => {
    const page = await fetch(dashboard.at("/"));
    assert.match(page.headers.get("cache-control"), /no-store/);
    const [, file] = (await page.text()).match(/src="\.\/(assets\/[^"]+\.js)"/);
    const asset = await fetch(dashboard.at(`/${file}`));
    assert.match(asset.headers.get("cache-control"), /immutable/);
  });
});

/** What is transferred of a file to a browser that accepts gzip alone; the smallest come as they are. */
const gzipSize = (url) =>
  new Promise((resolve, reject) => {
    const headers = { "Accept-Encoding": "gzip" };
    get(url, { headers }, (response) => {
      let size = 0;
      response.on("data", (chunk) => (size += chunk.length));
      response.on("end", () => resolve(size));
    }).on("error", reject);
  });

/** Runs on the page, before anything else. */
function measure() {
  const measures = { lcp: 0, cls: 0, blocked: 0 };
  globalThis.measures = measures;
  const observe = (type, add) =>
    new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({
      type,
      buffered: true,
    });
  observe(
    "largest-contentful-paint",
    (entry) => (measures.lcp = entry.startTime),
  );
  observe("layout-shift", (entry) => {
    if (!entry.hadRecentInput) measures.cls += entry.value;
  });
  observe(
    "longtask",
    (entry) => (measures.blocked += Math.max(0, entry.duration - 50)),
  );
}
