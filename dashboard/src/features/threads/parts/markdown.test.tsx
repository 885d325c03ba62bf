import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { MarkdownText } from "./markdown";
import { TooltipProvider } from "@/ui/tooltip";

const show = (source: string) =>
  render(
    <TooltipProvider>
      <MarkdownText source={source} />
    </TooltipProvider>,
  ).container;

describe("MarkdownText", () => {
  it("writes HTML as the text it is", () => {
    const page = show(
      "<img src=x onerror=alert(1)> <script>alert(1)</script>\n\n<iframe src='https://a.example'></iframe>",
    );
    expect(page.querySelector("img, script, iframe")).toBeNull();
    expect(page.textContent).toContain("<script>alert(1)</script>");
  });

  it("opens links elsewhere and tells them nothing", () => {
    show("[there](https://a.example/x)");
    const link = screen.getByRole("link", { name: "there" });
    expect(link.getAttribute("target")).toBe("_blank");
    expect(link.getAttribute("rel")).toBe("noopener noreferrer nofollow");
  });

  it("makes no link of scripts and of paths of this page", () => {
    const page = show(
      "[a](javascript:alert(1)) [b](data:text/html,x) [c](/api/session) [d](#top) <javascript:alert(1)>",
    );
    expect(page.querySelector("a")).toBeNull();
    expect(page.textContent).toContain("a b c d");
  });

  it("fetches no picture from elsewhere", () => {
    const page = show(
      "![map](https://a.example/p.png) ![self](/api/session) ![dot](data:image/png;base64,AA)",
    );
    expect(Array.from(page.querySelectorAll("img"), (picture) => picture.alt)).toEqual(["dot"]);
    expect(screen.getByRole("link", { name: "map" })).toBeDefined();
  });

  it("has no headings of the page and no nameless checkboxes", () => {
    const page = show("# Title\n\n- [x] done");
    expect(page.querySelector("h1, h2, h3, h4, h5, h6, input")).toBeNull();
  });

  it.each([
    ["quotes in quotes", "> ".repeat(5_000) + "x"],
    ["very much", "a *b* ".repeat(20_000)],
  ])("shows %s as it is written", (_what, source) => {
    expect(show(source).textContent.slice(0, 20)).toBe(source.slice(0, 20));
  });
});
