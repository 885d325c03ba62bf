import { describe, expect, it } from "vitest";

import { bytesIn, innerPicture, safeUrl } from "./links";

describe("safeUrl", () => {
  it.each(["https://a.example/x?y=1", "http://a.example/", "mailto:a@example.com"])("follows %s", (url) => {
    expect(safeUrl(url)).toBe(url);
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://keep.example.com/1",
    "file:///etc/passwd",
    "/api/session",
    "//evil.example",
    "../settings",
    "#top",
    "https://",
    "",
  ])("does not follow %j", (url) => {
    expect(safeUrl(url)).toBeUndefined();
  });
});

describe("innerPicture", () => {
  it("takes pictures that the message holds, and nothing else", () => {
    expect(innerPicture("data:image/png;base64,AA")).toBeDefined();
    expect(innerPicture("data:text/html;base64,AA")).toBeUndefined();
    expect(innerPicture("data:image/svg+xml,<svg/>")).toBeUndefined();
    expect(innerPicture("https://a.example/p.png")).toBeUndefined();
    expect(innerPicture("/api/session")).toBeUndefined();
  });
});

describe("bytesIn", () => {
  it("counts what base64 holds", () => {
    expect(bytesIn("QUJD")).toBe(3);
    expect(bytesIn("data:text/plain;base64,QUI=")).toBe(2);
    expect(bytesIn("https://a.example")).toBeUndefined();
    expect(bytesIn("")).toBeUndefined();
  });
});
