import { expect, test } from "vitest";

import { parseTemplate, workspaceWords } from "./workspace-words";

function inWords(workspace: string | null, fallback: "refuse" | "sub" = "refuse", user = "sub") {
  return workspaceWords({
    workspace,
    workspace_fallback: fallback,
    user_claim: user,
  });
}

test("without a setting it is the user's own, and no fallback is needed", () => {
  expect(inWords(null)).toEqual({
    rule: "Personal: each user has their own",
    fallback: null,
  });
  expect(inWords("{sub}")).toEqual({
    rule: "Personal: each user has their own",
    fallback: null,
  });
});

test.each([
  ["org_id", "One for each org_id, shared by everyone who has it"],
  ["{o.id}", "One for each o.id, shared by everyone who has it"],
  [
    "urn:zitadel:iam:user:resourceowner:id",
    "One for each urn:zitadel:iam:user:resourceowner:id, shared by everyone who has it",
  ],
  [
    "{/https:~1~1stytch.com~1organization/organization_id}",
    "One for each https://stytch.com/organization › organization_id, shared by everyone who has it",
  ],
  ["{org_id}:{project_id}", "One for each org_id and project_id, shared by everyone who has it"],
  ["{a}-{b}-{c}", "One for each a, b and c, shared by everyone who has it"],
  ["{o.id}:{sub}", "One for each user in each o.id"],
  ["{a}:{b}:{sub}", "One for each user in each a and b"],
])("%s", (workspace, rule) => {
  expect(inWords(workspace).rule).toBe(rule);
});

test("the user is whoever the user claim says", () => {
  expect(inWords("{tid}:{oid}", "refuse", "oid").rule).toBe("One for each user in each tid");
  expect(inWords("{tid}:{sub}", "refuse", "oid").rule).toBe(
    "One for each tid and sub, shared by everyone who has it",
  );
});

test("the fallback is told where there is one", () => {
  expect(inWords("org_id", "refuse").fallback).toBe("Tokens without it are refused");
  expect(inWords("org_id", "sub").fallback).toBe("Without it, the user's own workspace is opened");
});

test("what the user's own workspace is called is told where it is known", () => {
  const settings = { workspace: "org_id", workspace_fallback: "sub", user_claim: "sub" } as const;
  expect(workspaceWords({ ...settings, personal_prefix: "personal:" }).fallback).toBe(
    "Without it, the user's own workspace is opened: personal: and the user ID",
  );
  expect(workspaceWords({ ...settings, personal_prefix: null }).fallback).toBe(
    "Without it, the user's own workspace is opened",
  );
});

test("what is no template is shown as it is, not lost", () => {
  expect(parseTemplate("{org_id")).toBeUndefined();
  expect(parseTemplate("org}")).toBeUndefined();
  expect(parseTemplate("{}")).toBeUndefined();
  expect(parseTemplate("{a{b}}")).toBeUndefined();
  expect(inWords("{org_id").rule).toContain("{org_id");
});

test("pointers are unescaped in the order of the standard", () => {
  expect(parseTemplate("{/a~01b}")).toEqual([{ claim: "a~1b" }]);
});
