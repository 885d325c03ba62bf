// What one sees on a page, by role and name.

import assert from "node:assert/strict";
import { until } from "../../clients/support/wait.mjs";

/** Waits for the page of this title. */
export const seesPage = (page, title) =>
  page.getByRole("heading", { level: 1, name: title }).waitFor();

/** Waits until something is gone or hidden. */
export const seesNoMore = (locator) => locator.waitFor({ state: "hidden" });

/** Waits for a word in passing. */
export const seesNotice = (page, text) =>
  page
    .getByRole("region", { name: "Notifications" })
    .getByText(text)
    .first()
    .waitFor();

/** Waits until the control is marked as wrong, and checks what is said about it, in its description. */
export async function seesError(control, expected) {
  await until(`an error at ${control}`, () =>
    control.evaluate((element) => element.ariaInvalid === "true"),
  );
  const description = await control.evaluate((element) =>
    (element.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent)
      .join(" "),
  );
  assert.match(description, expected);
}

/** Waits until the control is not marked as wrong. */
export const seesNoError = (control) =>
  until(`no error at ${control}`, () =>
    control.evaluate((element) => element.ariaInvalid !== "true"),
  );

/** Waits until the control has the focus. */
export const seesFocus = (locator) =>
  until(`the focus on ${locator}`, () =>
    locator.evaluate((element) => element === document.activeElement),
  );

/** Presses Tab until the control has the focus, as one does without a mouse. */
export async function tabTo(page, locator, key = "Tab") {
  await locator.waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    const isThere = await locator.evaluate(
      (element) => element === document.activeElement,
    );
    if (isThere) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not lead to ${locator}`);
}

/** Waits for a URL whose path, search and hash match. */
export const seesUrl = (page, pattern) =>
  until(`a URL like ${pattern}, not ${page.url()}`, () =>
    pattern.test(page.url()),
  );
