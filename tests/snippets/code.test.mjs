// Every TypeScript and JavaScript block of the documents, and everything that the dashboard shows to copy, compiles
// in the frame of an app, with the newest published packages.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { appsOfDocument } from "./support/apps.mjs";
import { placeOf } from "./support/blocks.mjs";
import { compile } from "./support/compile.mjs";
import { apps as ofDashboard } from "./support/dashboard.mjs";
import { blocks, documents } from "./support/documents.mjs";

const languages = ["ts", "tsx", "js", "jsx"];

describe("every block of code says where it goes", () => {
  for (const block of blocks.filter(({ language }) =>
    languages.includes(language),
  )) {
    test(placeOf(block), () => {
      const { file, "instead-in": target } = block.attributes;
      assert.ok(file ?? target, "it has neither file=… nor instead-in=…");
      assert.equal((file ?? target).split(".").at(-1), block.language);
    });
  }
});

describe("the compiler finds nothing wrong with", () => {
  const apps = [
    ...documents.flatMap(({ path }) => appsOfDocument(path, blocks)),
    ...ofDashboard.map(({ app, files }) => ({
      name: app,
      files: files
        .filter(({ caption }) => /\.[tj]sx?$/.test(caption))
        .map(({ caption, code }) => ({
          path: caption,
          code,
          place: `${app}: ${caption}`,
        })),
    })),
  ];
  const verdicts = compile(apps);
  for (const [name, { place, problems }] of verdicts) {
    test(name, () =>
      assert.deepEqual(problems, [], `${place}\n${problems.join("\n")}`),
    );
  }
  test("as many files as there are", () => {
    assert.equal(
      verdicts.size,
      apps.reduce((sum, { files }) => sum + files.length, 0),
    );
    assert.ok(verdicts.size > 150);
  });
});

describe("the compiler would find", () => {
  const wrong = {
    "an argument without a type": [
      "chat.ts",
      "export function chat({ model }) { return model; }",
      /TS7031/,
    ],
    "a name that comes from nowhere": [
      "chat.ts",
      "export const token = getToken();",
      /TS2304/,
    ],
    "a file that is not there": [
      "chat.ts",
      'import { auth } from "./firebase"; auth;',
      /TS2307/,
    ],
    "a token that may be undefined": [
      "use-cloud.ts",
      `import { useAuth0 } from "@auth0/auth0-react";
import { AssistantCloud } from "@assistant-ui/react";
export const useCloud = () => {
  const { getAccessTokenSilently } = useAuth0();
  return new AssistantCloud({ baseUrl: "", authToken: () => getAccessTokenSilently() });
};`,
      /TS2322/,
    ],
    "a call of nothing, in JavaScript": [
      "chat.js",
      "export const token = askTheServer();",
      /TS2304/,
    ],
  };
  const verdicts = compile(
    Object.entries(wrong).map(([name, [path, code]]) => ({
      name,
      files: [{ path, code, place: name }],
    })),
  );
  for (const [name, [path, , expected]] of Object.entries(wrong)) {
    test(name, () =>
      assert.match(
        verdicts.get(`${name}: ${path}`).problems.join("\n"),
        expected,
      ),
    );
  }
});
