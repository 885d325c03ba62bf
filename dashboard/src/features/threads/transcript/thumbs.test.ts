import { expect, it } from "vitest";

import type { Message, Transcript } from "./shown";
import { thumbsOf } from "./thumbs";
import { treeOf } from "./tree";

const given = (...thumbs: Transcript["thumb"][]) =>
  treeOf(thumbs.map((thumb, index) => ({ id: `m${index}`, height: index, transcript: { thumb } }) as Message))
    .nodes;

it("counts the thumbs in the messages where the server has none", () => {
  expect(thumbsOf({ thumbs_up: 0, thumbs_down: 0 }, given("up", null, "down", "up"))).toEqual({
    up: 2,
    down: 1,
  });
});

it("does not count one twice that the server has", () => {
  expect(thumbsOf({ thumbs_up: 1, thumbs_down: 0 }, given("up"))).toEqual({ up: 1, down: 0 });
});
