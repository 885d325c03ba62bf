// The token tester: a good token, and every way that tokens are wrong in practice, each with the check that
// fails and what to do about it.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { AUDIENCE, Issuer, libraries } from "../../clients/support/issuer.mjs";
import { onOneEngine, someone } from "../../clients/support/suite.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { seesError, seesPage } from "../support/seeing.mjs";

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  const issuer = new Issuer();
  const person = someone();
  let owner;
  before(async () => {
    await Promise.all([dashboard.start(), issuer.start()]);
    owner = await dashboard.operators.setUp();
    await server.addRule([
      ...["--name", "Issuer", "--issuer", issuer.url],
      ...["--jwks-url", `${issuer.url}/keys`, "--audience", AUDIENCE],
      ...["--workspace", "org_id", "--name-claim", "name"],
      ...["--condition", "plan = paid"],
    ]);
  });
  after(() => Promise.all([dashboard.stop(), issuer.stop()]));

  /** A good token, but for these claims and this header. */
  const token = (claims = {}, header = {}) =>
    issuer.mint(person, {
      library: {
        sign: (good, key, head) =>
          libraries.jose.sign({ ...good, plan: "paid", ...claims }, key, {
            ...head,
            ...header,
          }),
      },
    });

  const onTester = (act) =>
    dashboard.visit(owner, dashboard.inProject("/access/test"), act);

  async function test(page, pasted) {
    await page.getByLabel("Token", { exact: true }).fill(pasted);
    await page.getByRole("button", { name: "Test token" }).click();
  }

  it("a good token tells who the user is, with its claims and its times as ages", async () => {
    await onTester(async (page) => {
      await seesPage(page, /tester/i);
      await test(page, await token());
      const verdict = page.getByRole("status").filter({ hasText: "Accepted" });
      await verdict.waitFor();
      const said = await verdict.innerText();
      for (const part of ["Issuer", person.userId, person.workspaceId])
        assert.ok(said.includes(part), said);
      assert.ok(said.includes("Ann Smith"), said);
      const all = await page.getByRole("main").innerText();
      for (const part of [issuer.url, AUDIENCE, "ES256", "P-256", "org_id"])
        assert.ok(all.includes(part), `${part} in ${all}`);
      assert.match(all, /expires\s+.*in (4|5) minutes/);
    });
  });

  it("what people paste around a token does not matter", async () => {
    await onTester(async (page) => {
      const good = await token();
      for (const pasted of [`Bearer ${good}`, `  "${good}" `]) {
        await test(page, pasted);
        await page.getByText("Accepted", { exact: true }).waitFor();
        await page.reload();
      }
    });
  });

  it("nothing to test is said at the field", async () => {
    await onTester(async (page) => {
      await page.getByRole("button", { name: "Test token" }).click();
      const field = page.getByLabel("Token", { exact: true });
      await seesError(field, /Paste a token first/);
    });
  });

  const seconds = () => Math.floor(Date.now() / 1000);
  const part = (value) =>
    Buffer.from(JSON.stringify(value)).toString("base64url");

  async function withHeader(header, signature) {
    const [, payload] = (await token()).split(".");
    return `${part(header)}.${payload}.${signature ?? "c2ln"}`;
  }

  async function signedByPublicText() {
    const unsigned = await withHeader({ alg: "HS256", typ: "JWT" }, "");
    const signed = unsigned.slice(0, -1);
    const signature = createHmac("sha256", "public").update(signed);
    return `${signed}.${signature.digest("base64url")}`;
  }

  async function changedPayload() {
    const [header, payload, signature] = (await token()).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url"));
    return [header, part({ ...claims, sub: "root" }), signature].join(".");
  }

  /** Each wrong token: what is found, and what is advised. */
  const wrongs = {
    "that expired": {
      make: () => token({ iat: seconds() - 7200, exp: seconds() - 3600 }),
      found: /expired/i,
      remedy: /fresh token.*clock/i,
      also: /1 hour ago|60 minutes ago/,
    },
    "whose time has not come": {
      make: () => token({ nbf: seconds() + 3600, exp: seconds() + 7200 }),
      found: /not valid|not yet|nbf/i,
      remedy: /clock/i,
      also: /in (1 hour|60 minutes|59 minutes)/,
    },
    "of another issuer": {
      make: () => token({ iss: "https://other.example" }),
      found: /https:\/\/other\.example/,
      remedy: /exactly the token's issuer/,
    },
    "whose issuer has a final slash": {
      make: () => token({ iss: `${issuer.url}/` }),
      found: /only by a final slash/,
      remedy: /exactly the token's issuer/,
    },
    "for another audience": {
      make: () => token({ aud: "another-app" }),
      found: /another-app.*chat-app/s,
      remedy: /audience/,
    },
    "of an unknown key": {
      make: () => token({}, { kid: "lost" }),
      found: /no key "lost"/,
      remedy: /fresh token/,
    },
    "whose signature is bad": {
      make: changedPayload,
      found: /did not make its signature/,
      remedy: /changed, cut off/,
    },
    "without a signature": {
      make: () => withHeader({ alg: "none", typ: "JWT" }),
      found: /It must be one of/,
      remedy: /another kind of token/,
    },
    "signed by a shared secret": {
      make: signedByPublicText,
      found: /It must be one of/,
      remedy: /another kind of token/,
    },
    "that is opaque": {
      make: () => "gho_16C7e42F292c6912E7710c838347Ae178B4a",
      found: /opaque token/,
      remedy: /hand over a JWT/i,
    },
    "that is encrypted": {
      make: () =>
        [part({ alg: "dir", enc: "A256GCM" }), "", "aXY", "Y2k", "dGFn"].join(
          ".",
        ),
      found: /encrypted token \(JWE\)/,
      remedy: /signed access or ID token/,
    },
    "that is an API key": {
      make: () => server.project.key,
      found: /an API key, not a token/,
      remedy: /keys are for servers/i,
    },
    "without the claim for the workspace": {
      make: () => token({ org_id: undefined }),
      found: /lacks .?org_id/,
      remedy: /put the claim into the token/,
    },
    "that does not meet the condition": {
      make: () => token({ plan: "free" }),
      found: /condition .?plan = paid/,
      remedy: /change the condition/i,
    },
    "without a user": {
      make: () => token({ sub: undefined }),
      found: /sub/,
      remedy: /choose another user claim/i,
    },
    "that is cut off": {
      make: async () => (await token()).slice(0, 40) + ".x.y",
      found: /does not decode/,
      remedy: /copy it whole/i,
    },
  };

  describe("says what is wrong, and how to mend it, with a token", () => {
    for (const [name, { make, found, remedy, also }] of Object.entries(
      wrongs,
    )) {
      it(name, async () => {
        await onTester(async (page) => {
          await test(page, await make());
          await page.getByText("Refused", { exact: true }).waitFor();
          const main = page.getByRole("main");
          const factOf = async (label) =>
            main
              .locator("dt", { hasText: label })
              .locator("xpath=following-sibling::dd[1]")
              .first()
              .innerText();
          assert.match(await factOf("Found"), found);
          assert.match(await factOf("How to fix it"), remedy);
          const all = await main.innerText();
          if (also) assert.match(all, also);
          assert.ok(!/--\w+|threadkeep (rules|keys)/.test(all), all);
        });
      });
    }
  });
});
