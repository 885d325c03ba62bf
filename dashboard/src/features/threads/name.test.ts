import { expect, it } from "vitest";

import { threadName } from "./name";

it.each([
  [{ title: "Parcel", first_words: "Where is it?" }, "Parcel"],
  [{ title: " ", first_words: "Where is it?" }, "Where is it?"],
  [{ title: null, first_words: "Where is it?" }, "Where is it?"],
  [{ title: null, first_words: null }, null],
])("calls %j %s", (thread, name) => {
  expect(threadName(thread)).toBe(name);
});
