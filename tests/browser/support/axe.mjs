// axe-core on a page that is open.

import assert from "node:assert/strict";
import axe from "axe-core";

/** Fails when axe finds anything on the page; `where` says which page it was. */
export async function assertAccessible(page, where) {
  const found = await violationsOf(page);
  assert.deepEqual(found, [], where);
}

/** What axe finds, in a line each. */
export async function violationsOf(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations"], preload: false }),
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const why = failureSummary.split("\n").slice(1).join(" ").trim();
      return `${id} (${help}) at ${target.join(" ")}: ${why}`;
    }),
  );
}
