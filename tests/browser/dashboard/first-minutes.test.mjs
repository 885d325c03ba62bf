// From the link that `threadkeep serve` prints to the first thread of a real client, which appears by itself.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { Issuer } from "../../clients/support/issuer.mjs";
import { onEveryEngine, someone } from "../../clients/support/suite.mjs";
import { App } from "../support/app.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { PASSWORD } from "../support/operators.mjs";
import { seesError, seesPage, seesUrl } from "../support/seeing.mjs";

onEveryEngine((server) => {
  const dashboard = new Dashboard(server);
  const issuer = new Issuer();
  let person;
  let nextToken;
  const app = new App({ nextToken: () => nextToken(), caller: () => ({}) });
  before(() => Promise.all([dashboard.start(), issuer.start(), app.start()]));
  after(() => Promise.all([dashboard.stop(), issuer.stop(), app.stop()]));

  /** The app's user opens it in a browser of their own and begins a thread. */
  const chat = (connect, baseUrl, title) =>
    dashboard.visit(null, app.url, async (page) => {
      await page.waitForFunction((name) => globalThis[name], connect);
      await page.evaluate(
        ([name, base]) => globalThis[name](base),
        [connect, baseUrl],
      );
      await page.evaluate(async (text) => {
        const { thread_id } = await globalThis.cloud.threads.create({
          title: text,
          last_message_at: new Date(),
        });
        await globalThis.cloud.threads.messages.create(thread_id, {
          parent_id: null,
          format: "aui/v0",
          content: { role: "user", content: [{ type: "text", text: "Hello" }] },
        });
      }, title);
    });

  /** The value of a block that can be copied. */
  const shown = (page, label) =>
    page
      .getByRole("button", { name: `Copy ${label}` })
      .first()
      .locator("xpath=ancestor::*[.//pre or .//code][1]")
      .locator("pre, code")
      .first()
      .innerText();

  /** Waits on the page for the app, and sees its thread come. */
  async function seesFirstThread(page, title, act) {
    const status = page
      .getByRole("status")
      .filter({ hasText: /Waiting for the first|Your app is connected/ });
    await status.waitFor();
    await act();
    await page.getByText("Your first thread is here").waitFor();
    await page.getByText(title).first().waitFor();
    await page.getByRole("link", { name: "Open the thread" }).click();
    await seesPage(page, title);
    await page.getByText("Hello").first().waitFor();
  }

  it("anonymous: setup link, name, snippet, first thread", async () => {
    const [link] = server.log.match(/http\S+\/dashboard\/setup#\S+/);
    await dashboard.visit(null, link, async (page) => {
      await page.getByLabel("Your name").fill("Olga Owner");
      await page.getByLabel("E-mail address").fill("olga@example.com");
      await page.getByRole("textbox", { name: /password/i }).fill(PASSWORD);
      await page
        .getByRole("button", { name: "Create owner and continue" })
        .click();

      await seesPage(page, "Name your project");
      const name = page.getByLabel("Project name");
      await name.fill("");
      await page.getByRole("button", { name: "Continue" }).click();
      await seesError(name, /Fill this in/);
      await name.fill("Web shop");
      await page.getByRole("button", { name: "Continue" }).click();

      await seesPage(page, "How do your users sign in?");
      for (const provider of [
        "Clerk",
        "Auth0",
        "Supabase",
        "Firebase",
        "Stytch",
        "Kinde",
      ])
        await page
          .getByRole("link", { name: new RegExp(`^${provider}`) })
          .waitFor();
      await page.getByRole("link", { name: /^Anonymous for now/ }).click();

      await seesPage(page, "Connect your app");
      const base = server.project.frontendUrl;
      await page.getByText(base).first().waitFor();
      for (const tab of ["React", "Next.js", "Plain fetch"]) {
        await page.getByRole("tab", { name: tab }).click();
        const panel = await page.getByRole("tabpanel").innerText();
        assert.ok(panel.includes(base), panel);
      }
      await seesFirstThread(page, "A visitor's question", () =>
        chat("connectAnonymously", base, "A visitor's question"),
      );
    });
    await dashboard.operators.signInOwner();
  });

  /** A new project's first step. */
  async function inNewProject(name, act) {
    const { owner, organization } = dashboard.operators;
    const path = `/organizations/${organization.id}/projects`;
    const project = await owner.do("POST", path, { name });
    const url = dashboard.at(`/projects/${project.id}/onboarding/sign-in`);
    person = someone();
    await dashboard.visit(owner, url, (page) => act(page, project));
  }

  it("by a preset: facts, a token tested, snippet, first thread", async () => {
    await inNewProject("By Better Auth", async (page, project) => {
      nextToken = () => issuer.mint(person, { audience: issuer.url });
      await page.getByRole("button", { name: "More providers" }).click();
      await page.getByRole("link", { name: /^Better Auth/ }).click();
      await seesPage(page, "Connect Better Auth");
      await page.getByText("BETTER_AUTH_URL").first().waitFor();
      const url = page.getByLabel("Base URL");
      await page.getByRole("button", { name: "Save and continue" }).click();
      await seesError(url, /Fill this in/);
      await url.fill("not a url");
      await seesError(url, /./);
      await url.fill(issuer.url);
      await page.getByText(`${issuer.url}/api/auth/jwks`).waitFor();
      await page.getByRole("button", { name: "Save and continue" }).click();

      await seesPage(page, "Test a token");
      const token = page.getByLabel("Token", { exact: true });
      await token.fill(await issuer.mint(person, { audience: "another" }));
      await page.getByRole("button", { name: "Test token" }).click();
      await page.getByText("Refused", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Skip" }).waitFor();
      await token.fill(await nextToken());
      await page.getByRole("button", { name: "Test token" }).click();
      await page.getByText("Accepted", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Continue" }).click();

      await seesPage(page, "Connect your app");
      await page.reload();
      await seesFirstThread(page, "A user's question", () =>
        chat("connect", project.base_url, "A user's question"),
      );
      await page.getByRole("link", { name: "Access" }).click();
      await page.getByRole("heading", { name: /Better Auth/ }).waitFor();
    });
  });

  it("by one's own backend: an API key, a token minted with it, first thread", async () => {
    await inNewProject("By our own server", async (page, project) => {
      await page.getByRole("link", { name: /^My own backend/ }).click();
      await seesPage(page, "Connect your own backend");
      const name = page.getByLabel("Name of the key");
      await name.fill("");
      await page.getByRole("button", { name: "Create API key" }).click();
      await seesError(name, /Fill this in/);
      await name.fill("My server");
      await page.getByRole("button", { name: "Create API key" }).click();
      await page.getByText("This is your API key").waitFor();
      const key = (await shown(page, "API key")).trim();
      nextToken = () => server.mint(person, { ...project, key });
      await page.getByRole("button", { name: "Continue" }).click();
      await seesPage(page, "Connect your app");
      await seesFirstThread(page, "Minted", () =>
        chat("connect", project.base_url, "Minted"),
      );
    });
  });

  it("one can leave at every step, go back, and send the link of a step", async () => {
    await inNewProject("Left early", async (page, project) => {
      await page.getByRole("link", { name: /^Clerk/ }).click();
      await seesPage(page, "Connect Clerk");
      const here = page.url();
      await page.getByRole("link", { name: "Back", exact: true }).click();
      await seesPage(page, "How do your users sign in?");
      await page.goBack();
      await seesPage(page, "Connect Clerk");
      await page.goto(here);
      await seesPage(page, "Connect Clerk");
      await page.getByRole("link", { name: "Skip to the dashboard" }).click();
      await seesUrl(page, new RegExp(`/projects/${project.id}$`));
      await seesPage(page, "Left early");
      await page.goto(
        dashboard.at(
          `/projects/${project.id}/onboarding/facts?preset=nonsense`,
        ),
      );
      await page.getByText("There is no such provider").waitFor();
      await page.goto(
        dashboard.at(`/projects/${project.id}/onboarding/nonsense`),
      );
      await seesPage(page, "Name your project");
    });
  });
});
