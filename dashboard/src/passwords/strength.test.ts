import { describe, expect, it } from "vitest";

import { describe as describePassword, passwordProblem } from "./new-password-field";
import { brokenRule, loadRate } from "./strength";

describe("the rule for passwords", () => {
  it.each([
    ["short", 4, "short"],
    ["123456789", 4, "short"],
    ["1234567890", 2, undefined],
    ["1234567890", 1, "guessable"],
    ["a".repeat(128), 2, undefined],
    ["a".repeat(129), 4, "long"],
    ["1234567890", undefined, undefined],
  ] as const)("%s with score %s: %s", (password, score, broken) => {
    expect(brokenRule(password, score)).toBe(broken);
  });

  it("counts characters, not halves of them", () => {
    expect(brokenRule("🧵".repeat(9), 4)).toBe("short");
    expect(brokenRule("🧵".repeat(10), 4)).toBeUndefined();
  });

  it("says what is missing", () => {
    expect(describePassword("", undefined)).toBe("");
    expect(describePassword("abcdefghi", 4)).toBe("1 more character needed");
    expect(describePassword("abcdefghij", 1)).toMatch(/Too easy to guess/);
    expect(describePassword("abcdefghij", 4)).toBe("Strength: strong");
    expect(passwordProblem({ password: "abc" }).password).toBe("7 more characters needed");
    expect(passwordProblem({ password: "abcdefghij" })).toEqual({});
  });
});

describe("the rating", () => {
  it("knows what is guessed first, one's own name included", async () => {
    const rate = await loadRate();
    expect(rate("password12", [])).toBeLessThan(2);
    expect(rate("correct-horse-battery-staple", [])).toBeGreaterThanOrEqual(2);
    expect(rate("annabelowner", ["annabelowner"])).toBeLessThan(2);
  });
});
