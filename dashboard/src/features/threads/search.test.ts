import { describe, expect, it } from "vitest";

import { activeFilters, validateThreadSearch, validateThreadsSearch, withFilters } from "./search";

describe("validateThreadsSearch", () => {
  it("reads every filter", () => {
    const search = {
      search: " lamp ",
      workspace: "org_1",
      user: "42",
      archived: "true",
      from: "2026-09-01",
      to: "2026-09-30",
      pages: "a~b",
    };
    expect(validateThreadsSearch(search)).toEqual({ ...search, search: "lamp" });
  });

  it("leaves out what is none", () => {
    expect(
      validateThreadsSearch({
        search: "",
        archived: "maybe",
        from: "yesterday",
        to: "2026-13-41",
        other: "x",
      }),
    ).toEqual({});
  });
});

describe("withFilters", () => {
  it("changes the filters and goes back to the first page", () => {
    const search = { search: "lamp", user: "u1", pages: "a~b" };
    expect(withFilters(search, { user: "", archived: "false" })).toEqual({
      search: "lamp",
      archived: "false",
    });
  });

  it("knows which filters are in use", () => {
    expect(activeFilters({ search: "lamp", pages: "a", archived: "true", from: "2026-09-01" })).toEqual([
      "archived",
      "from",
    ]);
  });
});

describe("validateThreadSearch", () => {
  it("knows the views", () => {
    expect(validateThreadSearch({ view: "raw", message: "msg_1" })).toEqual({
      view: "raw",
      message: "msg_1",
    });
    expect(validateThreadSearch({ view: "else" })).toEqual({});
  });
});
