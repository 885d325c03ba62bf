import { render } from "@testing-library/react";
import { expect, it } from "vitest";

import { findLogo } from "./logos";
import { ProviderLogo } from "./provider-logo";

it.each(["clerk", "kinde", "descope", "backend", "anonymous", "custom", "one that comes later"])(
  "draws a sign for %s, and no letter",
  (provider) => {
    const { container } = render(<ProviderLogo provider={provider} />);
    expect(container.querySelectorAll("svg")).toHaveLength(1);
    expect(container.textContent).toBe("");
  },
);

it("gives providers without a free logo the same sign", () => {
  expect(findLogo("kinde")).toBeUndefined();
  const drawn = (provider: string) => render(<ProviderLogo provider={provider} />).container.innerHTML;
  expect(drawn("kinde")).toBe(drawn("descope"));
  expect(drawn("kinde")).not.toBe(drawn("custom"));
});
