import { describe, expect, it } from "vitest";

import { safeReturnTo } from "./return-to";

describe("safeReturnTo", () => {
  it.each([
    "/keep/dashboard",
    "/keep/dashboard/",
    "/keep/dashboard/projects/p?search=a%20b&pages=c1~c2",
    "/keep/dashboard/account#sessions",
  ])("goes back to %s", (path) => {
    expect(safeReturnTo(path, "/keep/dashboard")).toBe(path);
  });

  it.each([
    undefined,
    "",
    "https://evil.example/keep/dashboard/",
    "//evil.example/keep/dashboard/",
    "/\\evil.example/keep/dashboard/",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\tjavascript:alert(1)",
    "/keep/dashboardish",
    "/keep/dashboard/../../elsewhere",
    "/keep/dashboard/%2e%2e/%2e%2e/elsewhere",
    "/api/session",
    "/keep/dashboard/sign-in?return_to=/keep/dashboard/",
    "keep/dashboard/projects",
  ])("starts anew instead of %s", (path) => {
    expect(safeReturnTo(path, "/keep/dashboard")).toBe("/keep/dashboard/");
  });
});
