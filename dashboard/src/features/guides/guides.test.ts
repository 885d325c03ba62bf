import { describe, expect, it } from "vitest";

import { guideNames, loadGuide } from "./library";
import { anchorOf, readLink } from "./links";

const withoutBlocks = (markdown: string) => markdown.replace(/^```[\s\S]*?^```$/gm, "");
const linksOf = (markdown: string) =>
  [...withoutBlocks(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
const anchorsOf = (markdown: string) =>
  [...withoutBlocks(markdown).matchAll(/^#{2,3} (.+)$/gm)].map((match) => anchorOf(match[1]!));

describe("the guides", () => {
  it("are all there", () => {
    for (const name of [
      "auth",
      "auth/clerk",
      "auth/oidc",
      "operate",
      "dashboard",
      "api",
      "security",
      "config",
    ])
      expect(guideNames).toContain(name);
  });

  it("are not more than there are", async () => {
    expect(await loadGuide("auth/nobody")).toBeUndefined();
    expect(await loadGuide("../README")).toBeUndefined();
  });

  it.each(guideNames)("%s has a title, and every link of it leads somewhere", async (name) => {
    const { path, title, body } = (await loadGuide(name))!;
    expect(title).not.toBe("");
    expect(withoutBlocks(body)).not.toMatch(/^# /m);
    for (const link of linksOf(body)) {
      const target = readLink(link, path, guideNames);
      expect(target, link).toBeDefined();
      if (target?.kind === "guide" && target.hash !== undefined)
        expect(anchorsOf((await loadGuide(target.name))!.body), link).toContain(target.hash);
    }
  });
});

describe("a link", () => {
  const names = ["auth", "auth/clerk", "operate"];
  const read = (href: string, path = "docs/auth/clerk.md") => readLink(href, path, names);

  it.each([
    ["README.md#when-it-fails", { kind: "guide", name: "auth", hash: "when-it-fails" }],
    ["../operate.md", { kind: "guide", name: "operate", hash: undefined }],
    ["#both-at-once", { kind: "guide", name: "auth/clerk", hash: "both-at-once" }],
    [
      "https://dashboard.clerk.com/~/sessions",
      { kind: "page", url: "https://dashboard.clerk.com/~/sessions" },
    ],
  ])("%s is read", (href, target) => {
    expect(read(href)).toEqual(target);
  });

  it("leads to the document that the instance serves", () => {
    expect(read("openapi.json", "docs/api.md")).toEqual({
      kind: "page",
      url: "https://keep.example.com/openapi.json",
    });
    expect(read("operator-openapi.json", "docs/dashboard.md")).toEqual({
      kind: "page",
      url: "/api/openapi.json",
    });
  });

  it.each(["javascript:alert(1)", "../../src/main.rs", "missing.md", "../../../../etc/passwd"])(
    "%s leads nowhere",
    (href) => {
      expect(read(href)).toBeUndefined();
    },
  );
});

it("names headings as links do", () => {
  expect(anchorOf("6. When it fails")).toBe("6-when-it-fails");
  expect(anchorOf("Python: FastAPI and httpx")).toBe("python-fastapi-and-httpx");
  expect(anchorOf("Next.js")).toBe("nextjs");
});
