import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { fill, fillNodes, number, plural } from "./fill";

describe("fill", () => {
  it("puts values where their names stand", () => {
    expect(fill("{a} and {b}, {a} again", { a: "one", b: 2 })).toBe("one and 2, one again");
  });

  it("does not fill what stands in a value", () => {
    expect(fill("claim {claim}", { claim: "{o.id}:{claim}" })).toBe("claim {o.id}:{claim}");
  });
});

describe("fillNodes", () => {
  it("keeps elements as elements, and markup in values as text", () => {
    const { container } = render(
      <p>
        {fillNodes("Read {guide} by {who}.", { guide: <a href="/guide">the guide</a>, who: "<b>Ann</b>" })}
      </p>,
    );
    expect(container.innerHTML).toBe('<p>Read <a href="/guide">the guide</a> by &lt;b&gt;Ann&lt;/b&gt;.</p>');
  });

  it("takes a name at either end", () => {
    const { container } = render(<p>{fillNodes("{a}-{b}", { a: <i>1</i>, b: <i>2</i> })}</p>);
    expect(container.innerHTML).toBe("<p><i>1</i>-<i>2</i></p>");
  });
});

describe("plural", () => {
  const forms = { one: "{count} thread", other: "{count} threads" };

  it.each([
    [0, "0 threads"],
    [1, "1 thread"],
    [2, "2 threads"],
    [12345, "12,345 threads"],
  ])("%d", (count, told) => {
    document.documentElement.lang = "en";
    expect(plural(count, forms)).toBe(told);
  });

  it("writes numbers as the language does", () => {
    expect(number(1234567)).toBe("1,234,567");
  });
});
