import { describe, expect, it } from "vitest";

import { takeFragmentToken } from "./fragment-token";

describe("takeFragmentToken", () => {
  it("reads the secret once and takes it out of the address bar", () => {
    window.history.replaceState(null, "", "/dashboard/setup#abc_-123");
    expect(takeFragmentToken()).toBe("abc_-123");
    expect(window.location.href).toBe("https://keep.example.com/dashboard/setup");
    expect(takeFragmentToken()).toBe("abc_-123");
  });

  it("keeps the secret of one page from another", () => {
    window.history.replaceState(null, "", "/dashboard/reset");
    expect(takeFragmentToken()).toBeUndefined();
  });

  it("survives what is no encoding", () => {
    window.history.replaceState(null, "", "/dashboard/invitation#%zz");
    expect(takeFragmentToken()).toBe("%zz");
  });
});
