// Signing in through an OpenID Connect issuer: oidc-provider, with its own pages.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { OpenIdProvider } from "../../clients/support/openid-provider.mjs";
import { onEveryEngine } from "../../clients/support/suite.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { seesPage, seesUrl } from "../support/seeing.mjs";

const provider = new OpenIdProvider();
before(() => provider.start());
after(() => provider.stop());

const client = {
  client_id: "threadkeep",
  client_secret: "a secret of 32 characters at last",
};
const settings = () => ({
  THREADKEEP_SSO_ISSUER: provider.url,
  THREADKEEP_SSO_CLIENT_ID: client.client_id,
  THREADKEEP_SSO_CLIENT_SECRET: client.client_secret,
  THREADKEEP_SSO_NAME: "Example login",
});

onEveryEngine((server) => {
  const dashboard = new Dashboard(server);
  before(async () => {
    await dashboard.start();
    await dashboard.operators.setUp();
    provider.register({
      ...client,
      redirect_uri: `${server.url}/api/sso/callback`,
    });
  });
  after(() => dashboard.stop());

  const button = (page) =>
    page.getByRole("button", { name: "Continue with Example login" });

  /** Goes through the provider's pages: the sign-in, and the consent after it. */
  async function signInThere(page, login) {
    await button(page).click();
    await seesUrl(page, new RegExp(`^${provider.url}/interaction/`));
    await page.locator("input[name=login]").fill(login);
    await page.locator("input[name=password]").fill("any");
    await page.locator("[type=submit]").click();
    await page
      .locator("[type=submit]")
      .filter({ hasText: /continue/i })
      .click();
  }

  /** The provider's pages are not ours. */
  const visit = (url, act) =>
    dashboard.visit(null, url, async (page, watch) => {
      watch.allow(new RegExp(`${provider.url}|fonts.googleapis`));
      await act(page, watch);
    });

  it("an operator whose address the issuer vouches for comes back to where they wanted to be", async () => {
    const member = await dashboard.operators.join("member", "Sam Single");
    const wanted = dashboard.inProject("/threads?archived=true");
    await visit(wanted, async (page) => {
      await signInThere(page, member.email);
      await seesPage(page, "Threads");
      assert.equal(page.url(), wanted);
    });
    // The issuer has proved the address; whoever typed it in before had not.
    assert.equal((await member.ask("GET", "/session")).status, 401);
  });

  it("whoever the instance does not know is not let in, and told what to do", async () => {
    for (const [login, why] of [
      ["nobody@example.com", /Nobody here has your e-mail address/],
      [
        "unverified@example.com",
        /Nobody here has your e-mail address|does not vouch/,
      ],
    ]) {
      await visit(dashboard.at("/sign-in"), async (page) => {
        await signInThere(page, login);
        await seesUrl(page, /\/dashboard\/sign-in\?problem=sso_/);
        await page.getByText(why).waitFor();
        await button(page).waitFor();
      });
    }
  });

  it("an address that the issuer does not vouch for opens nobody's account", async () => {
    await dashboard.operators.join("member", "Unverified");
    await visit(dashboard.at("/sign-in"), async (page) => {
      await signInThere(page, "unverified@example.com");
      await page.getByText(/does not vouch for your e-mail address/).waitFor();
    });
  });

  it("somebody new joins by an invitation, without a password", async () => {
    const link = await dashboard.operators.invite("member");
    await visit(link, async (page) => {
      await seesPage(page, /^Join /);
      await signInThere(page, "new.one@example.com");
      await seesUrl(page, /\/dashboard\/(projects|$|\?)/);
      await page.getByText("new.one@example.com").first().waitFor();
      await page.goto(dashboard.at("/account"));
      // They have no password to give, and may set one.
      await seesPage(page, "Account");
      assert.equal(await page.getByLabel(/current password/i).count(), 0);
    });
  });

  it("a sign-in that is cancelled, or begun elsewhere, is told on the sign-in page", async () => {
    await visit(dashboard.at("/sign-in"), async (page) => {
      await button(page).click();
      await seesUrl(page, new RegExp(`^${provider.url}/interaction/`));
      await page.getByRole("link", { name: /cancel/i }).click();
      await page.getByText(/did not let you in, or you cancelled/).waitFor();
      await page.goto(
        `${server.url}/api/sso/callback?code=stolen&state=forged`,
      );
      await page
        .getByText(/took too long, or was started in another browser/)
        .waitFor();
    });
  });

  it("who comes back with the browser's Back can go on", async () => {
    await visit(dashboard.at("/sign-in"), async (page) => {
      await button(page).click();
      await seesUrl(page, new RegExp(`^${provider.url}/interaction/`));
      await page.goBack();
      await button(page).click();
      await seesUrl(page, new RegExp(`^${provider.url}/interaction/`));
    });
  });
}, settings);
