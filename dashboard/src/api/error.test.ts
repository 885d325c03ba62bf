import { describe, expect, it } from "vitest";

import { ApiError, messageOf, readError } from "./error";

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
}

describe("readError", () => {
  it("says what is wrong and what to do", async () => {
    const error = await readError(
      answer(403, { error: "The link is not valid", message: "It was used, or is older than an hour" }),
    );
    expect(error.status).toBe(403);
    expect(error.error).toBe("The link is not valid");
    expect(error.message).toBe("The link is not valid. It was used, or is older than an hour");
  });

  it("says a thing once", async () => {
    const told = { error: "Wrong e-mail or password", message: "Wrong e-mail or password" };
    expect((await readError(answer(401, told))).message).toBe("Wrong e-mail or password");
  });

  it("keeps codes for programs", async () => {
    const told = { error: "rate_limited", message: "Too many requests; try again in 7 seconds" };
    const error = await readError(answer(429, told, { "Retry-After": "7" }));
    expect(error.message).toBe("Too many requests; try again in 7 seconds");
    expect(error.retryAfterSecs).toBe(7);
  });

  it("names the fields as people do", async () => {
    const details = [
      { code: "custom", path: ["facts", "project-id"], message: "facts.project-id has not the form of one" },
      { code: "custom", path: ["allowed_origins", 2], message: "allowed_origins[2] must be an origin" },
      { code: "custom", path: [], message: "The request body must be a JSON object" },
    ];
    const error = await readError(answer(400, { error: "Schema validation error", message: "…", details }));
    expect(error.issue("facts", "project-id")).toBe("Project id has not the form of one");
    expect(error.issue("allowed_origins", 2)).toBe("Allowed origins must be an origin");
    expect(error.issue("name")).toBeUndefined();
    expect(error.message).toBe("Project id has not the form of one");
    expect(error.namesFields).toBe(true);
  });

  it.each([
    ["an HTML page of a proxy", "<html>Bad gateway</html>"],
    ["nothing", ""],
    ["a list", []],
    ["null", null],
  ])("makes do with %s", async (_, body) => {
    const error = await readError(answer(502, body));
    expect(error.error).toBe("502");
    expect(error.message).toMatch(/failed to answer/);
    expect(error.issues).toEqual([]);
  });

  it("reads Retry-After as a date, too", async () => {
    const header = { "Retry-After": new Date(Date.now() + 30_000).toUTCString() };
    expect((await readError(answer(503, {}, header))).retryAfterSecs).toBeGreaterThan(25);
    expect((await readError(answer(503, {}, { "Retry-After": "soon" }))).retryAfterSecs).toBeNull();
  });
});

describe("messageOf", () => {
  it("tells nothing of what only programmers understand", () => {
    expect(messageOf(new TypeError("x is undefined"))).toMatch(/Something went wrong/);
    expect(messageOf(new ApiError(409, "taken", "It is taken"))).toBe("It is taken");
  });
});
