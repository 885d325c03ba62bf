import { describe, expect, it } from "vitest";

import { endingOf, runOf } from "./run";
import type { Ending, Run, Transcript } from "./shown";

const run = (status: Run["status"], ago: number) => ({ run: { status, last_heartbeat_ms_ago: ago } });

const ended = (kind: Ending["kind"]): { transcript: Transcript } => ({
  transcript: {
    role: "assistant",
    role_name: null,
    parts: [],
    ending: { kind, error: null },
    thumb: null,
    timing: null,
  },
});

describe("runOf", () => {
  it.each([
    [{}, undefined],
    [{ run: null }, undefined],
    [run("ended", 0), undefined],
    [run("running", 0), "running"],
    [run("running", 29_999), "running"],
    [run("running", 30_000), "interrupted"],
  ])("of %j is %s", (message, state) => {
    expect(runOf(message)).toBe(state);
  });
});

describe("endingOf", () => {
  it("does not say of a placeholder that it was cancelled", () => {
    expect(endingOf({ ...ended("cancelled"), ...run("running", 1_000) })).toBeNull();
    expect(endingOf({ ...ended("cancelled"), ...run("running", 90_000) })).toBeNull();
  });

  it("says it of a reply whose run ended, and every other ending always", () => {
    expect(endingOf({ ...ended("cancelled"), ...run("ended", 0) })?.kind).toBe("cancelled");
    expect(endingOf(ended("cancelled"))?.kind).toBe("cancelled");
    expect(endingOf({ ...ended("waiting"), ...run("running", 0) })?.kind).toBe("waiting");
  });
});
