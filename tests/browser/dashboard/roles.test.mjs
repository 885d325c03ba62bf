// Two operators of different roles, side by side.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onEveryEngine } from "../../clients/support/suite.mjs";
import { until } from "../../clients/support/wait.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import {
  seesNoMore,
  seesNotice,
  seesPage,
  seesError,
} from "../support/seeing.mjs";

onEveryEngine((server) => {
  const dashboard = new Dashboard(server);
  let owner;
  before(async () => {
    await dashboard.start();
    owner = await dashboard.operators.setUp();
  });
  after(() => dashboard.stop());

  const membersPage = () =>
    dashboard.at(
      `/organizations/${dashboard.operators.organization.id}/members`,
    );

  /** Two browsers at once: the owner's and somebody else's. */
  const sideBySide = (other, url, act) =>
    dashboard.visit(owner, url, (ownersPage) =>
      dashboard.visit(other, url, (othersPage) => act(ownersPage, othersPage)),
    );

  const isDisabled = async (locator) => {
    await locator.waitFor();
    return (
      (await locator.getAttribute("aria-disabled")) === "true" ||
      (await locator.isDisabled())
    );
  };

  it("what a member may not do is there, disabled, and says who may", async () => {
    const member = await dashboard.operators.join("member", "Mia Member");
    await sideBySide(
      member,
      dashboard.inProject("/settings"),
      async (mine, theirs) => {
        const remove = (page) =>
          page.getByRole("button", { name: "Delete project" });
        assert.equal(await isDisabled(remove(mine)), false);
        assert.equal(await isDisabled(remove(theirs)), true);
        await remove(theirs).hover();
        await theirs
          .getByText("Only owners of the organization may do this.")
          .first()
          .waitFor();
        await remove(theirs).press("Enter");
        assert.equal(await theirs.getByRole("dialog").count(), 0);
        assert.equal(
          await isDisabled(
            theirs.getByRole("checkbox", { name: /Limit the active users/ }),
          ),
          true,
        );
        assert.equal(
          await isDisabled(
            mine.getByRole("checkbox", { name: /Limit the active users/ }),
          ),
          false,
        );

        await theirs.getByRole("link", { name: "Signing keys" }).click();
        assert.equal(
          await isDisabled(theirs.getByRole("button", { name: "Rotate key" })),
          true,
        );
        assert.equal(
          await theirs.getByRole("link", { name: "Audit log" }).count(),
          0,
        );
        assert.equal(
          await mine.getByRole("link", { name: "Audit log" }).count(),
          1,
        );
        assert.equal(
          await theirs.getByRole("link", { name: "Instance" }).count(),
          0,
        );
        assert.equal(
          await mine.getByRole("link", { name: "Instance" }).count(),
          1,
        );
      },
    );
  });

  it("what a member may not see is refused by the page, and by the API", async () => {
    const member = await dashboard.operators.join("member", "Max Member");
    const { id } = dashboard.operators.organization;
    await dashboard.visit(
      member,
      dashboard.at(`/organizations/${id}`),
      async (page) => {
        await seesPage(page, "Organization settings");
        await page.getByText("You see this page as a member").waitFor();
        await page.getByRole("link", { name: "Default project" }).waitFor();
        assert.equal(await page.getByLabel("Name").count(), 0);
        assert.equal(
          await page.getByRole("heading", { name: "History" }).count(),
          0,
        );
      },
    );
    for (const url of [
      dashboard.inProject("/audit"),
      dashboard.at("/instance"),
    ]) {
      await dashboard.visit(member, url, async (page) => {
        await page
          .getByText(
            /Only owners and admins can read the audit log|Only owners of the instance can see this|You may not see this|There is nothing here/,
          )
          .waitFor();
      });
    }
    const project = `/projects/${server.project.id}`;
    const organization = `/organizations/${dashboard.operators.organization.id}`;
    for (const [method, path, body] of [
      ["PUT", `${project}/origins`, { allowed_origins: [] }],
      ["PUT", `${project}/active-user-cap`, { active_user_cap: 1 }],
      ["PUT", `${project}/fair-use`, { keys: { user_threads_per_minute: 1 } }],
      ["POST", `${project}/signing-keys/rotate`, {}],
      ["DELETE", project, { name: "Default project" }],
      ["GET", `${project}/audit`],
      ["POST", `${organization}/invitations`, { role: "member" }],
      ["POST", `${organization}/projects`, { name: "Mine" }],
      ["GET", "/instance"],
    ]) {
      const { status } = await member.ask(method, path, body);
      assert.equal(status, 403, `${method} ${path}`);
    }
    await dashboard.visit(
      await stranger(),
      dashboard.inProject("/threads"),
      async (page) => {
        await page.getByText("There is nothing here").waitFor();
      },
    );
  });

  /** An operator of another organization. */
  async function stranger() {
    const link = await dashboard.operators.inviteElsewhere("Elsewhere");
    return dashboard.operators.follow(link, "Stan Stranger");
  }

  it("a change of role takes effect at once, for the other's next step and after a reload", async () => {
    const member = await dashboard.operators.join("member", "Paul Promoted");
    await sideBySide(member, membersPage(), async (mine, theirs) => {
      const invite = theirs.getByRole("button", { name: "Invite member" });
      assert.equal(await isDisabled(invite), true);
      await theirs.getByText("You see this page as a member").waitFor();

      await mine
        .getByRole("button", { name: /Role of Paul Promoted: Member/i })
        .click();
      await mine
        .getByRole("menuitemradio", { name: /Admin/ })
        .or(mine.getByRole("menuitem", { name: /Admin/ }))
        .first()
        .click();
      await seesNotice(mine, /Paul Promoted is now admin/i);
      await theirs.reload();
      await until(
        "the button is enabled",
        async () => !(await isDisabled(invite)),
      );

      await invite.click();
      const dialog = theirs.getByRole("dialog", { name: "Invite a member" });
      await dialog.waitFor();
      assert.equal(
        await dialog
          .getByRole("radio", { name: /Owner/ })
          .isEnabled()
          .catch(() => false),
        false,
      );

      // Demoted behind their back, they are refused and told so.
      await owner.do(
        "PUT",
        `/organizations/${dashboard.operators.organization.id}/members/${member.session.operator.id}`,
        { role: "member" },
      );
      await dialog.getByRole("button", { name: "Create link" }).click();
      await dialog
        .getByText(/not allowed|only owners and admins/i)
        .first()
        .waitFor();
    });
  });

  it("the last owner can neither leave nor be made less", async () => {
    await dashboard.visit(owner, membersPage(), async (page) => {
      const row = page.getByRole("row", { name: /Olga Owner/ });
      await row.waitFor();
      assert.equal(
        await row.getByRole("button", { name: /Role of Olga/ }).count(),
        0,
      );
      const leave = row.getByRole("button", {
        name: /Leave organization|Remove Olga/,
      });
      assert.equal(await isDisabled(leave), true);
    });
  });

  it("members are invited by a link that is shown once, removed with a question, and gone", async () => {
    await dashboard.visit(owner, membersPage(), async (page) => {
      await page.getByRole("button", { name: "Invite member" }).click();
      const dialog = page.getByRole("dialog", { name: "Invite a member" });
      const email = dialog.getByLabel("E-mail address");
      await email.fill("no address");
      await dialog.getByRole("button", { name: "Create link" }).click();
      await seesError(email, /not an e-mail address/);
      await email.fill("gina@example.com");
      await dialog.getByRole("button", { name: "Create link" }).click();
      const made = page.getByRole("dialog", {
        name: /link for gina@example.com is ready/,
      });
      const [link] = (await made.innerText()).match(
        /http\S+\/dashboard\/invitation#\S+/,
      );
      await made.getByRole("button", { name: "I have copied it" }).click();
      await page
        .getByRole("table", { name: "Pending invitations" })
        .getByText("gina@example.com")
        .waitFor();

      const gina = await dashboard.operators.follow(
        link,
        "Gina",
        "gina@example.com",
      );
      await page.reload();
      await page.getByRole("button", { name: "Remove Gina" }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: "Remove member" })
        .click();
      await seesNotice(page, "Gina is no longer a member");
      await seesNoMore(
        page
          .getByRole("table", { name: "Members" })
          .getByText("gina@example.com"),
      );
      const { organizations } = await gina.do("GET", "/session");
      assert.deepEqual(organizations, []);
    });
  });

  it("a role that the server does not give is taken back with a word", async () => {
    const member = await dashboard.operators.join("member", "Ursula Undone");
    await dashboard.visit(owner, membersPage(), async (page, watch) => {
      watch.allow(/status of 500/);
      await page.route(/\/members\/[^/]+$/, (route) =>
        route.request().method() === "PUT"
          ? route.fulfill({
              status: 500,
              json: { error: "internal", message: "It broke" },
            })
          : route.fallback(),
      );
      await page
        .getByRole("button", { name: /Role of Ursula Undone: Member/i })
        .click();
      await page
        .getByRole("menuitemradio", { name: /Admin/ })
        .or(page.getByRole("menuitem", { name: /Admin/ }))
        .first()
        .click();
      await seesNotice(page, /Ursula Undone is still member.*It broke/i);
      await page
        .getByRole("button", { name: /Role of Ursula Undone: Member/i })
        .waitFor();
      assert.ok(member);
    });
  });

  it("no member is without a page of their own", async () => {
    const admin = await dashboard.operators.join("admin", "Adam Admin");
    await dashboard.visit(admin, dashboard.at("/account"), (page) =>
      seesPage(page, "Account"),
    );
  });
});
