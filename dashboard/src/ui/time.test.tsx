import { render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { relative, Time, utc } from "./time";

const now = Date.parse("2026-09-21T14:13:20.000Z");

beforeEach(() => {
  vi.useFakeTimers({ now });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("relative", () => {
  it.each([
    [0, "now"],
    [-4, "now"],
    [4, "now"],
    [-30, "30 seconds ago"],
    [-59.6, "1 minute ago"],
    [-100, "2 minutes ago"],
    [45 * 60, "in 45 minutes"],
    [-3 * 3600, "3 hours ago"],
    [-86_400, "yesterday"],
    [5 * 86_400, "in 5 days"],
    [-60 * 86_400, "2 months ago"],
    [-800 * 86_400, "2 years ago"],
  ])("%d seconds: %s", (seconds, told) => {
    expect(relative(new Date(now + seconds * 1000), now)).toBe(told);
  });
});

describe("Time", () => {
  it("tells the distance, and UTC to whoever points at it", () => {
    render(<Time at="2026-09-21T14:10:20.000Z" />);
    const time = screen.getByText("3 minutes ago");
    expect(time.tagName).toBe("TIME");
    expect(time.getAttribute("datetime")).toBe("2026-09-21T14:10:20.000Z");
    expect(time.title).toBe("2026-09-21 14:10:20 UTC");
  });

  it("tells both when asked to", () => {
    render(<Time at="2026-09-21T14:10:20.000Z" show="full" />);
    expect(screen.getByText(/2026.*\(3 minutes ago\)/)).toBeTruthy();
  });

  it("has words for never and for nonsense", () => {
    render(
      <>
        <Time at={null} /> <Time at="soon" />
      </>,
    );
    expect(screen.getByText("never")).toBeTruthy();
    expect(screen.getByText("unknown")).toBeTruthy();
  });

  it("writes UTC to the second", () => {
    expect(utc(new Date(now))).toBe("2026-09-21 14:13:20 UTC");
  });
});
