import { describe, expect, it } from "vitest";

import { fromSegment, toSegment } from "./segment";

describe("a segment", () => {
  it("comes through a URL as it is, and leads back to the id", () => {
    for (const id of [".", "..", "...", "~", "~.", "~~..", "~ann", "ann", "a/b", "%2E", ".a"]) {
      const segment = toSegment(id);
      const url = new URL(`https://keep.example/users/${encodeURIComponent(segment)}`);
      expect(url.pathname).toBe(`/users/${encodeURIComponent(segment)}`);
      expect(fromSegment(decodeURIComponent(url.pathname.slice("/users/".length)))).toBe(id);
    }
  });
});
