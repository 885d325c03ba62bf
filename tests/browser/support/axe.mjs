// axe-core on a page that is open.

import axe from "axe-core";

const options = { resultTypes: ["violations"], preload: false };
const colors = {
  ...options,
  runOnly: ["color-contrast", "link-in-text-block"],
};

/** What axe finds, in a line each; `except` are the names of rules that are left out. */
export const violationsOf = (page, except = []) =>
  run(page, {
    ...options,
    rules: Object.fromEntries(except.map((rule) => [rule, { enabled: false }])),
  });

/** What it finds about colors, all that another theme can change. */
export const colorViolationsOf = (page) => run(page, colors);

async function run(page, settings) {
  const isLoaded = await page.evaluate(() => "axe" in globalThis);
  if (!isLoaded) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (chosen) => globalThis.axe.run(document, chosen),
    settings,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const why = failureSummary.split("\n").slice(1).join(" ").trim();
      return `${id} (${help}) at ${target.join(" ")}: ${why}`;
    }),
  );
}
