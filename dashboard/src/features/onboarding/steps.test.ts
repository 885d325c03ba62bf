import { expect, it } from "vitest";

import { type Step, stagesOf } from "./steps";

it.each<[Step, string | undefined, string[], number]>([
  ["sign-in", undefined, ["name", "signIn", "test", "connect"], 1],
  ["facts", "clerk", ["name", "signIn", "test", "connect"], 1],
  ["connect", "clerk", ["name", "signIn", "test", "connect"], 3],
  ["connect", undefined, ["name", "signIn", "connect"], 2],
  ["connect", "anonymous", ["name", "signIn", "connect"], 2],
  ["backend", "backend", ["name", "signIn", "connect"], 1],
  ["backend", undefined, ["name", "signIn", "connect"], 1],
  ["connect", "backend", ["name", "signIn", "connect"], 2],
])("the step %s of the way %s", (step, way, stages, current) => {
  expect(stagesOf(step, way)).toEqual({ stages, current });
});
