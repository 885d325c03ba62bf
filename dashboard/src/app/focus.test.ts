import { afterEach, expect, it } from "vitest";

import { requestFocus, takeFocusRequest } from "./focus";

afterEach(() => document.body.replaceChildren());

it("a request is taken once", () => {
  requestFocus();
  expect(takeFocusRequest()).toBe(true);
  expect(takeFocusRequest()).toBe(false);
});

it("the focus stays in a dialog that was opened while the page was on its way", () => {
  requestFocus();
  document.body.innerHTML = '<div role="dialog" data-state="open"></div>';
  expect(takeFocusRequest()).toBe(false);
});
