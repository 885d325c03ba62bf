import { describe, expect, it } from "vitest";

import { consequences } from "./erasure";
import type { ErasurePreview } from "@/api/contract";

const nothing: ErasurePreview = {
  threads: 0,
  messages: 0,
  messages_elsewhere: 0,
  scores: 0,
  workspaces: 0,
  sessions: 0,
  has_display_name: false,
};

describe("consequences", () => {
  it("says that a user without threads loses none", () => {
    expect(consequences(nothing)).toEqual(["No thread is deleted: this user has none."]);
  });

  it("names every consequence with its number", () => {
    const all = consequences({
      threads: 3,
      messages: 1041,
      messages_elsewhere: 2,
      scores: 1,
      workspaces: 1,
      sessions: 2,
      has_display_name: true,
    });
    expect(all).toHaveLength(6);
    expect(all[0]).toBe(
      "3 threads are deleted, with every message in them, whoever wrote it (1,041 messages).",
    );
    expect(all[1]).toMatch(/^2 messages in other people's threads are emptied/);
    expect(all[2]).toMatch(/^1 thumb or score/);
    expect(all[4]).toMatch(/^2 anonymous sessions end/);
  });

  it("speaks of one as of one", () => {
    expect(consequences({ ...nothing, threads: 1, messages: 1 })[0]).toBe(
      "1 thread is deleted, with every message in it, whoever wrote it (1 message).",
    );
  });
});
