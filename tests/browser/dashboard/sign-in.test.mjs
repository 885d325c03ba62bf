// The ways in: setup link, password, invitation, reset link; where each leads, and what each says when it fails.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onEveryEngine } from "../../clients/support/suite.mjs";
import { until } from "../../clients/support/wait.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { PASSWORD } from "../support/operators.mjs";
import {
  seesError,
  seesNoError,
  seesNoMore,
  seesPage,
  seesUrl,
} from "../support/seeing.mjs";

onEveryEngine((server) => {
  const dashboard = new Dashboard(server);
  let owner;
  before(() => dashboard.start());
  after(() => dashboard.stop());

  async function signIn(page, { email, password }) {
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  it("on a new instance the sign-in points at the setup link, and a link without its secret at the whole one", async () => {
    await dashboard.visit(null, dashboard.at("/"), async (page) => {
      await seesUrl(page, /\/dashboard\/sign-in/);
      await page.getByText("This instance is new").waitFor();
      await page.goto(dashboard.at("/setup"));
      await page.getByText("The setup link is incomplete").waitFor();
      await page.goto(`${dashboard.at("/setup")}#wrong`);
      await page.reload();
      await page.getByLabel("Your name").fill("Eve");
      await page.getByLabel("E-mail address").fill("eve@example.com");
      await page
        .getByLabel("New password")
        .or(page.getByLabel("Password", { exact: true }))
        .first()
        .fill(PASSWORD);
      await page
        .getByRole("button", { name: "Create owner and continue" })
        .click();
      await page.getByText(/link is not valid/i).waitFor();
    });
  });

  it("the setup form says what is wrong at the field, then makes the owner once", async () => {
    const link = await dashboard.operators.setupLink();
    await dashboard.visit(null, link, async (page) => {
      await seesPage(page, "Welcome to Threadkeep");
      assert.ok(!page.url().includes("#"), "the secret leaves the address bar");
      const name = page.getByLabel("Your name");
      const email = page.getByLabel("E-mail address");
      const password = page.getByRole("textbox", { name: /password/i });
      const submit = page.getByRole("button", {
        name: "Create owner and continue",
      });
      await submit.click();
      await seesError(name, /Fill this in/);
      await seesError(email, /Fill this in/);
      await seesError(password, /character|Fill this in/);
      await name.fill("Olga Owner");
      await seesNoError(name);
      await email.fill("olga at example");
      await password.fill("password12");
      await submit.click();
      await seesError(email, /such as ann@example.com/);
      await page
        .getByText(/Too easy to guess/)
        .first()
        .waitFor();
      await email.fill("olga@example.com");
      await submit.click();
      await seesError(password, /guess/i);
      await password.fill("short");
      await submit.click();
      await seesError(password, /5 more characters needed/);
      await password.fill(PASSWORD);
      await page.getByText(/Strength: (good|strong)/).waitFor();
      await submit.click();
      await seesUrl(page, /\/projects\/proj_[a-z0-9]+\/onboarding\/name/);
    });
    await dashboard.visit(null, link, async (page) => {
      await page.getByText("This instance is set up").waitFor();
      await page.getByRole("link", { name: "Go to the sign-in" }).click();
      await seesPage(page, "Sign in");
    });
    owner = await dashboard.operators.signInOwner();
  });

  it("a deep link leads to the sign-in and then to where it leads", async () => {
    const wanted = dashboard.inProject("/threads?archived=true");
    await dashboard.visit(null, wanted, async (page) => {
      await seesPage(page, "Sign in");
      await signIn(page, owner);
      await seesPage(page, "Threads");
      assert.equal(page.url(), wanted);
    });
  });

  it("no link leads off the dashboard after the sign-in, and none runs a script", async () => {
    for (const elsewhere of [
      "https://evil.example/",
      "//evil.example/",
      "/\\evil.example",
      "javascript:alert(1)",
      "/dashboard/../api/session",
      "/dashboard/sign-in",
    ]) {
      const url = `${dashboard.at("/sign-in")}?return_to=${encodeURIComponent(elsewhere)}&problem=<script>alert(1)</script>`;
      await dashboard.visit(null, url, async (page) => {
        await signIn(page, owner);
        await seesUrl(
          page,
          new RegExp(`^${server.url}/dashboard/projects/proj_`),
        );
      });
    }
  });

  it("a wrong password and an unknown address get one answer, empty fields are marked", async () => {
    await dashboard.visit(null, dashboard.at("/sign-in"), async (page) => {
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await seesError(page.getByLabel("E-mail address"), /Fill this in/);
      await seesError(
        page.getByLabel("Password", { exact: true }),
        /Fill this in/,
      );
      const said = [];
      for (const email of ["nobody@example.com", owner.email]) {
        await signIn(page, { email, password: "not the password" });
        await page.getByText("Wrong e-mail or password").waitFor();
        said.push(await page.getByRole("main").innerText());
        await page.reload();
      }
      assert.equal(said[0], said[1]);
      await signIn(page, owner);
      await seesUrl(page, /\/projects\//);
    });
  });

  it("guessing is slowed: the page counts down, and the button waits", async () => {
    const slowed = await dashboard.operators.join("member", "Slow Sam");
    const guessing = async (page) => {
      const button = page.getByRole("button", { name: "Sign in", exact: true });
      const guess = async () => {
        const answer = page.waitForResponse(/\/api\/session$/);
        await signIn(page, { email: slowed.email, password: "a guess" });
        return (await answer).status();
      };
      const MANY = 12;
      let guesses = 1;
      while ((await guess()) !== 429 && guesses < MANY) guesses += 1;
      assert.ok(guesses < MANY, "the server slows guessing down");

      await page.reload();
      // Longer than the first wait of the server, to be seen on any machine.
      const refusal = { error: "rate_limited", message: "Too many attempts" };
      const answer = {
        status: 429,
        headers: { "Retry-After": "5" },
        json: refusal,
      };
      const isSignIn = (url) => url.pathname === "/api/session";
      await page.route(isSignIn, (route) =>
        route.request().method() === "POST"
          ? route.fulfill(answer)
          : route.fallback(),
      );
      await guess();
      const countdown = page.getByText(/Try again in \d second/);
      await countdown.waitFor();
      assert.equal(await button.getAttribute("aria-disabled"), "true");
      await seesNoMore(countdown);
      await page.unroute(isSignIn);
      await signIn(page, slowed);
      await seesUrl(page, /\/projects\//);
    };
    // Where they are signed in already, the account would not be slowed.
    const elsewhere = { extraHTTPHeaders: { "x-forwarded-for": "192.0.2.7" } };
    const page = dashboard.at("/sign-in");
    await dashboard.visit(null, page, guessing, elsewhere);
  });

  it("an invitation makes an operator of the role, once", async () => {
    const link = await dashboard.operators.invite("admin");
    await dashboard.visit(null, link, async (page) => {
      await seesPage(page, /^Join /);
      await page
        .getByText(
          /Olga Owner invites you to join the organization .* as an admin/,
        )
        .waitFor();
      const submit = page.getByRole("button", {
        name: "Create account and join",
      });
      await submit.click();
      await seesError(page.getByLabel("Your name"), /Fill this in/);
      await page.getByLabel("Your name").fill("Ada Admin");
      await page.getByLabel("E-mail address").fill(owner.email);
      await page.getByRole("textbox", { name: /password/i }).fill(PASSWORD);
      await submit.click();
      // The address is taken: somebody else's account is not overwritten.
      await page
        .getByText(/already|sign in/i)
        .first()
        .waitFor();
      await page.getByLabel("E-mail address").fill("ada@example.com");
      await submit.click();
      await seesUrl(page, /\/projects\//);
      await page.getByText("ada@example.com").first().waitFor();
    });
    await dashboard.visit(null, link, async (page) => {
      await page.getByText("This invitation cannot be used").waitFor();
    });
  });

  it("somebody with an account accepts an invitation after signing in", async () => {
    const link = await dashboard.operators.inviteElsewhere("Second team");
    const member = await dashboard.operators.join("member", "Mia Member");
    await dashboard.visit(null, link, async (page) => {
      await page.getByRole("link", { name: "Sign in first" }).click();
      await signIn(page, member);
      await page.getByRole("button", { name: "Accept invitation" }).click();
      await page
        .getByText(/Second team/)
        .first()
        .waitFor();
    });
    // The name of the organization stands on the invitation, too.
    await until("the operator is a member of both organizations", async () => {
      const { organizations } = await member.do("GET", "/session");
      return organizations.length === 2;
    });
  });

  it("a reset link sets a password and ends every other session", async () => {
    const member = await dashboard.operators.join("member", "Rita Reset");
    const { link } = await server.threadkeep([
      "members",
      "reset-password",
      member.email,
      "--json",
    ]);
    await dashboard.visit(null, link, async (page) => {
      await seesPage(page, "Choose a new password");
      const field = page.getByRole("textbox", { name: /password/i });
      await field.fill("1234567890");
      await page
        .getByRole("button", { name: "Set password and sign in" })
        .click();
      await seesError(field, /too easy to guess/i);
      await field.fill("walnut ferry octave 77");
      await page
        .getByRole("button", { name: "Set password and sign in" })
        .click();
      await seesUrl(page, /\/projects\//);
    });
    assert.equal((await member.ask("GET", "/session")).status, 401);
    await dashboard.visit(null, link, async (page) => {
      await page.getByRole("textbox", { name: /password/i }).fill(PASSWORD);
      await page
        .getByRole("button", { name: "Set password and sign in" })
        .click();
      await page.getByText(/link is not valid/i).waitFor();
    });
    await dashboard.visit(null, dashboard.at("/reset"), async (page) => {
      await page.getByText("The link is incomplete").waitFor();
    });
  });

  it("signing out ends the session, here and in other tabs", async () => {
    const member = await dashboard.operators.join("member", "Otto Out");
    await dashboard.visit(
      member,
      dashboard.inProject("/threads"),
      async (page, watch, context) => {
        await seesPage(page, "Threads");
        const other = await context.newPage();
        await other.goto(dashboard.inProject("/api-keys"));
        await seesPage(other, "API keys");
        await page
          .getByRole("button", { name: "Your account and settings" })
          .click();
        await page.getByRole("menuitem", { name: "Sign out" }).click();
        await seesPage(page, "Sign in");
        assert.equal((await member.ask("GET", "/session")).status, 401);
        await page.goBack();
        await seesPage(page, "Sign in");
        // The other tab notices with its next request, and comes back to its page afterwards.
        await other.getByRole("link", { name: "Signing keys" }).click();
        await seesPage(other, "Sign in");
        await signIn(other, member);
        await seesPage(other, /keys/);
      },
    );
  });
});
