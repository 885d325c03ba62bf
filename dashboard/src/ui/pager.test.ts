import { describe, expect, it } from "vitest";

import { cursorOf, nextPages, previousPages } from "./pager";

describe("the way through a paged list", () => {
  it("leads forth and back", () => {
    const second = nextPages(undefined, "c1");
    const third = nextPages(second, "c2");
    expect([cursorOf(undefined), cursorOf(second), cursorOf(third)]).toEqual([undefined, "c1", "c2"]);
    expect(previousPages(third)).toBe(second);
    expect(previousPages(second)).toBeUndefined();
  });

  it("forgets the beginning of a very long way, so that the URL stays short", () => {
    let pages: string | undefined;
    for (let page = 1; page <= 100; page += 1) pages = nextPages(pages, `c${String(page)}`);
    expect(pages?.split("~")).toHaveLength(40);
    expect(cursorOf(pages)).toBe("c100");
    expect(cursorOf(previousPages(pages))).toBe("c99");
  });
});
