// Texts that try to be code, in every place that others can write to. On no page does any of them run, load
// something from elsewhere, or become a link that would.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { Issuer } from "../../clients/support/issuer.mjs";
import { onOneEngine } from "../../clients/support/suite.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { pagesOf, settled } from "../support/pages.mjs";
import { seedMessage, seedThread } from "../support/seeds.mjs";

const markup = `"><img src=x onerror=alert(1)><svg onload=alert(1)></svg><script>alert(1)</script>`;
const template =
  "{{constructor.constructor('alert(1)')()}}${alert(1)}<%=alert(1)%>";
const reversed = "safe\u202Eexe.gpj";
/** Short enough for the key of something. */
const markupKey = `"><img src=x onerror=alert(1)>`;
/** Ids hold no spaces. */
const markupId = `"><img/src=x/onerror=alert(1)>'&lt;`;
const pathId = "../../../account?x=%2e%2e#";

const markdown = [
  "[link](javascript:alert(1))",
  "[link](JaVaScRiPt&#58;alert(1))",
  "[link](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
  "[link](vbscript:alert(1))",
  "[link](\tjava\nscript:alert(1))",
  "<javascript:alert(1)>",
  "![picture](javascript:alert(1))",
  "![picture](https://tracker.example/pixel.png)",
  '![picture](data:image/svg+xml,<svg onload="alert(1)">)',
  "<img src=x onerror=alert(1)>",
  "<iframe src=javascript:alert(1)></iframe>",
  "<details open ontoggle=alert(1)>",
  "<style>*{display:none}</style>",
  "```html\n<script>alert(1)</script>\n```",
  "$$\\href{javascript:alert(1)}{x}$$",
  markup,
].join("\n\n");

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  const issuer = new Issuer();
  const person = { userId: markupId, workspaceId: markupId };
  let owner;
  let thread;
  let pages;
  let project;
  before(async () => {
    await Promise.all([dashboard.start(), issuer.start()]);
    owner = await dashboard.operators.setUp();
    const { organization } = dashboard.operators;
    project = `/projects/${server.project.id}`;
    await dashboard.operators.follow(
      await dashboard.operators.invite("admin"),
      markup,
      "a@example.com",
    );
    await owner.do("PUT", "/account", { name: markup });
    await owner.do("PUT", `/organizations/${organization.id}`, {
      name: markup,
    });
    await owner.do("PUT", project, { name: markup });
    await owner.do("POST", `${project}/api-keys`, {
      name: markup,
      expires: "never",
    });
    await server.addRule([
      ...[
        "--name",
        markup,
        "--issuer",
        issuer.url,
        "--jwks-url",
        `${issuer.url}/keys`,
      ],
      ...[
        "--name-claim",
        "name",
        "--workspace",
        "org_id",
        "--condition",
        `plan != ${markup}`,
      ],
    ]);
    thread = await hostileThread();
    await seedThread(
      server,
      { userId: pathId, workspaceId: pathId },
      { title: template },
      [template],
    );
    await seedThread(server, person, { title: reversed }, [reversed]);
    await nameUser();
    const rules = await server.threadkeep([
      "rules",
      "list",
      "--project",
      server.project.id,
      "--json",
    ]);
    pages = pagesOf({
      project: server.project.id,
      organization: organization.id,
      thread,
      user: markupId,
      workspace: markupId,
      rule: rules[0].id,
    });
    pages["user-path"] = `${project}/users/${encodeURIComponent(pathId)}`;
    pages["workspace-path"] =
      `${project}/workspaces/${encodeURIComponent(pathId)}`;
    pages["threads-found"] = `${project}/threads?search=alert`;
    pages["threads-filtered"] =
      `${project}/threads?user=${encodeURIComponent(markup)}&workspace=${encodeURIComponent(markupId)}`;
    pages["search-hostile"] =
      `${project}/threads?search=${encodeURIComponent(markup)}`;
  });
  after(() => Promise.all([dashboard.stop(), issuer.stop()]));

  /** A display name as a provider's token brings it. */
  async function nameUser() {
    const named = { userId: "named", workspaceId: "named" };
    const token = await issuer.mint(named, {
      library: {
        sign: async (claims, key, head) => {
          const { libraries } =
            await import("../../clients/support/issuer.mjs");
          return libraries.jose.sign({ ...claims, name: markup }, key, head);
        },
      },
    });
    const answer = await server.ask("POST", "/threads", {
      base: server.project.frontendUrl,
      headers: { Authorization: `Bearer ${token}` },
      body: { last_message_at: new Date(), title: markup },
    });
    assert.ok(answer.status < 300, answer.text);
  }

  async function hostileThread() {
    const id = await seedThread(server, person, {
      title: markup,
      external_id: markup,
      metadata: {
        [markupKey]: markup,
        link: "javascript:alert(1)",
        html: [markup, { [markupKey]: template }],
      },
    });
    let parent = null;
    const say = async (role, content, fields) => {
      parent = await seedMessage(
        server,
        person,
        id,
        parent,
        { role, content },
        fields,
      );
    };
    const parts = [
      { type: "text", text: markdown },
      { type: "reasoning", text: markdown },
      {
        type: "source",
        sourceType: "url",
        id: "s",
        url: "javascript:alert(1)",
        title: markup,
      },
      { type: "image", image: "javascript:alert(1)" },
      { type: "image", image: "data:text/html,<script>alert(1)</script>" },
      {
        type: "image",
        image:
          'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      },
      { type: "image", image: "https://tracker.example/pixel.png" },
      {
        type: "file",
        data: "data:text/html,<script>alert(1)</script>",
        mimeType: "text/html",
        filename: markup,
      },
      {
        type: "file",
        data: "javascript:alert(1)",
        mimeType: markup,
        filename: markup,
      },
      {
        type: "tool-call",
        toolCallId: markup,
        toolName: markup,
        args: { [markup]: markup },
        argsText: markup,
        result: markup,
      },
      { type: markup, value: markup },
    ];
    await say("user", [{ type: "text", text: markup }]);
    await say("assistant", parts);
    await say("user", [{ type: "text", text: markdown }], {
      external_id: "msg-<img>",
    });
    await say(markup, parts);
    const uiParts = [
      { type: "text", text: markdown },
      {
        type: "source-url",
        sourceId: "s",
        url: "javascript:alert(1)",
        title: markup,
      },
      {
        type: "file",
        mediaType: "text/html",
        url: "data:text/html,<script>alert(1)</script>",
        filename: markup,
      },
      { type: "file", mediaType: "image/png", url: "javascript:alert(1)" },
      {
        type: `tool-${markup}`,
        toolCallId: markup,
        state: "output-available",
        input: markup,
        output: { html: markup },
      },
      { type: "data-x", data: { html: markup } },
    ];
    parent = await seedMessage(
      server,
      person,
      id,
      parent,
      { role: "assistant", parts: uiParts, metadata: { html: markup } },
      { format: "ai-sdk/v6" },
    );
    await seedMessage(
      server,
      person,
      id,
      parent,
      { html: markup },
      { format: "unknown/v1" },
    );
    return id;
  }

  /** What on the page could run, load or lead where it must not. */
  const dangers = (page) =>
    page.evaluate(() => {
      const bad = [];
      const isHere = (url) =>
        new URL(url, location.href).origin === location.origin;
      for (const element of document.querySelectorAll("*")) {
        for (const { name, value } of element.attributes) {
          const isLink = [
            "href",
            "src",
            "action",
            "formaction",
            "xlink:href",
            "srcdoc",
            "data",
          ].includes(name);
          if (name.startsWith("on"))
            bad.push(`${element.tagName} ${name}=${value}`);
          if (
            isLink &&
            /^\s*(javascript|vbscript|data:(?!image\/(png|jpeg|gif|webp)))/i.test(
              value,
            )
          )
            bad.push(`${element.tagName} ${name}=${value.slice(0, 80)}`);
        }
        const name = element.tagName.toLowerCase();
        if (["iframe", "object", "embed", "form[action]"].includes(name))
          bad.push(name);
        if (name === "script" && !isHere(element.src))
          bad.push(`script ${element.src}`);
        if (
          name === "img" &&
          !/^(data:image|blob:)/.test(element.src) &&
          !isHere(element.src)
        )
          bad.push(`img ${element.src}`);
        if (
          name === "a" &&
          element.target === "_blank" &&
          !isHere(element.href) &&
          !/noopener|noreferrer/.test(element.rel)
        )
          bad.push(`a without noopener: ${element.href}`);
      }
      return bad;
    });

  /** Looks at a page, and at what it asks other hosts for. */
  async function inspect(path, act = async () => {}) {
    const asked = [];
    await dashboard.visit(owner, null, async (page) => {
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(server.url) && !/^(data|blob):/.test(url))
          asked.push(url);
      });
      await page.goto(dashboard.at(path));
      await settled(page);
      await act(page);
      assert.deepEqual(await dangers(page), []);
      assert.deepEqual(asked, []);
    });
  }

  const names = [
    ...Object.keys(pagesOf({})),
    "user-path",
    "workspace-path",
    "threads-filtered",
    "search-hostile",
  ];
  describe("nothing runs on the page", () => {
    for (const name of names) {
      it(name, () => inspect(pages[name]));
    }

    it("thread, with all that unfolds unfolded, and its links followed", () =>
      inspect(pages.thread, async (page) => {
        const closed = page
          .getByRole("article")
          .locator("details:not([open]) > summary");
        assert.ok((await closed.count()) > 0);
        while ((await closed.count()) > 0) await closed.first().click();
        assert.deepEqual(await dangers(page), []);
        const links = page
          .getByRole("main")
          .getByRole("link", { name: /^(link|picture)/ });
        for (const link of await links.all()) {
          assert.match(
            await link.evaluate((element) => element.href),
            /^https:\/\/tracker\.example/,
          );
        }
      }));

    it("the box behind Ctrl K", () =>
      inspect(pages.overview, async (page) => {
        await page.keyboard.press("Control+k");
        await page.getByRole("combobox", { name: "Jump to" }).fill("alert");
        await page.getByRole("option").first().waitFor();
      }));

    it("the question before a key is revoked", () =>
      inspect(pages["api-keys"], async (page) => {
        await page.getByRole("button", { name: /^Revoke ">/ }).click();
        await page.getByRole("dialog").waitFor();
      }));

    it("the verdict on a token that is full of it", () =>
      inspect(pages["token-tester"], async (page) => {
        const part = (value) =>
          Buffer.from(JSON.stringify(value)).toString("base64url");
        const header = { alg: "ES256", kid: markup, typ: markup };
        const claims = {
          iss: markup,
          aud: [markup],
          sub: markup,
          [markup]: markup,
          exp: 1e15,
          iat: -1e300,
          nbf: "soon",
        };
        await page
          .getByLabel("Token", { exact: true })
          .fill(`${part(header)}.${part(claims)}.c2ln`);
        await page.getByRole("button", { name: "Test token" }).click();
        await page.getByText("Refused", { exact: true }).waitFor();
      }));
  });

  it("an exported thread is a file, and downloads", async () => {
    await dashboard.visit(owner, dashboard.at(pages.thread), async (page) => {
      const save = async (kind) => {
        await page.getByRole("button", { name: "Export" }).click();
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("menuitem", { name: kind }).click(),
        ]);
        assert.match(download.suggestedFilename(), /^[\p{L}\p{N} ._-]+$/u);
        return readFile(await download.path(), "utf8");
      };
      assert.match(await save("Markdown"), /^# .*\n/);
      const { thread: saved, messages } = JSON.parse(await save("JSON"));
      assert.equal(saved.id, thread);
      assert.deepEqual(
        messages.map(({ format, copy }) => [format, copy]),
        [...Array(4).fill("aui/v0"), "ai-sdk/v6", "unknown/v1"].map(
          (format) => [format, null],
        ),
      );
      assert.deepEqual(messages.at(-1).content, { html: markup });
    });
  });

  it("marks that turn the direction of text around do not disguise an id", async () => {
    await dashboard.visit(
      owner,
      dashboard.at(`${project}/threads`),
      async (page) => {
        await page.getByRole("link", { name: reversed }).first().waitFor();
      },
    );
  });
});
