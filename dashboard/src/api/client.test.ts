import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { api, path, publicApi, setCsrfToken, setOnSignedOut } from "./client";
import { ApiError } from "./error";

const fetched = vi.fn<typeof fetch>();

function respond(status: number, body: unknown) {
  fetched.mockResolvedValueOnce(new Response(JSON.stringify(body), { status }));
}

function sent(): { url: string; method: string | undefined; headers: Record<string, string>; body: unknown } {
  const [url, init] = fetched.mock.lastCall ?? [];
  return {
    url: url as string,
    method: init?.method,
    headers: init?.headers as Record<string, string>,
    body: init?.body,
  };
}

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
});

afterEach(() => {
  vi.unstubAllGlobals();
  setCsrfToken(null);
  setOnSignedOut(() => undefined);
});

describe("path", () => {
  it("encodes what it is made of", () => {
    expect(path`/projects/${"p"}/users/${"a/b?c#d e"}`).toBe("/projects/p/users/a%2Fb%3Fc%23d%20e");
    expect(path`/projects/${"p"}/users/${".."}/erasure`).toBe("/projects/p/users/~../erasure");
  });
});

describe("the client", () => {
  it("leaves empty values out of the query", async () => {
    respond(200, {});
    await api.get(path`/jump`, { query: { q: "a&b", project_id: undefined, after: "", first: 0 } });
    expect(sent().url).toBe("/api/jump?q=a%26b&first=0");
  });

  it("carries the CSRF token with every change, and with nothing else", async () => {
    setCsrfToken("secret");
    for (const method of ["post", "put", "delete"] as const) {
      respond(200, {});
      await api[method](path`/account`, {});
      expect(sent().headers["X-CSRF-Token"]).toBe("secret");
      expect(sent().headers["Content-Type"]).toBe("application/json");
    }
    respond(200, {});
    await api.get(path`/account`);
    expect(sent().headers).not.toHaveProperty("X-CSRF-Token");
  });

  it("tells when the session is over, and nothing to the page that is being left", async () => {
    const over = vi.fn();
    const settled = vi.fn();
    setOnSignedOut(over);
    respond(401, { error: "Sign in first", message: "Sign in first" });
    void api.get(path`/account`).then(settled, settled);
    await vi.waitFor(() => expect(over).toHaveBeenCalledOnce());
    await new Promise((resolve) => setTimeout(resolve));
    expect(settled).not.toHaveBeenCalled();
  });

  it("takes a wrong password for what it is", async () => {
    const over = vi.fn();
    setOnSignedOut(over);
    respond(401, { error: "Wrong e-mail or password", message: "Wrong e-mail or password" });
    await expect(publicApi.post(path`/session`, {})).rejects.toThrow("Wrong e-mail or password");
    expect(over).not.toHaveBeenCalled();
  });

  it("makes an error of a server that cannot be reached, but not of a request that was given up", async () => {
    fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
    const error: unknown = await api.get(path`/account`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 0 });

    fetched.mockRejectedValueOnce(new DOMException("given up", "AbortError"));
    await expect(api.get(path`/account`)).rejects.toMatchObject({ name: "AbortError" });
  });
});
