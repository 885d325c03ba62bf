import { expect, test } from "vitest";

import { envLines, maskedKey, mintCommand } from "./snippets";

test("the environment lines name the key and the public URL", () => {
  expect(envLines("sk_aui_proj_0a_secret", "https://keep.example.com")).toBe(
    "THREADKEEP_API_KEY=sk_aui_proj_0a_secret\nTHREADKEEP_URL=https://keep.example.com",
  );
});

test("the command mints at the instance, with the headers of a server", () => {
  expect(mintCommand("sk_aui_proj_0a_secret", "https://keep.example.com")).toBe(
    [
      "curl -X POST 'https://keep.example.com/v1/auth/tokens' \\",
      "  -H 'Authorization: Bearer sk_aui_proj_0a_secret' \\",
      "  -H 'Aui-User-Id: usr_17' \\",
      "  -H 'Aui-Workspace-Id: usr_17'",
    ].join("\n"),
  );
});

test("a URL cannot end its word in the shell", () => {
  expect(mintCommand("k", "https://x.example/';rm -rf ~;'")).toContain(
    `'https://x.example/'\\'';rm -rf ~;'\\''/v1/auth/tokens'`,
  );
});

test("a key that is gone shows its last characters", () => {
  expect(maskedKey("abcd")).toBe("sk_***abcd");
});
