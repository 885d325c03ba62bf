// Messages that are made to keep a browser busy: whoever stores them must not hold the operator's tab.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onOneEngine, someone } from "../../clients/support/suite.mjs";
import { Dashboard } from "../support/dashboard.mjs";
import { settled } from "../support/pages.mjs";
import { seedMessage, seedThread } from "../support/seeds.mjs";

/** Texts whose reading as Markdown, or drawing, takes a time that grows faster than they do. */
const texts = {
  table: `${"|a".repeat(300)}|\n${"|-".repeat(300)}|\n${"x\n".repeat(9_000)}`,
  emphasis: "*a ".repeat(3_000) + "b*".repeat(3_000),
  stars: "*a*".repeat(100_000),
  quotes: "> a\n\n".repeat(4_000),
  depths: `${">".repeat(5_000)} a`,
  lists: Array.from(
    { length: 200 },
    (_, level) => `${"  ".repeat(level)}- a`,
  ).join("\n"),
  links: "[a](https://a.example) ".repeat(800),
  pictures: "![a](data:image/png;base64,AA)".repeat(600),
  notes: `${"[^a] ".repeat(3_000)}\n\n[^a]: b`,
  line: "a".repeat(2_000_000),
  breaks: "\n".repeat(1_000_000),
  letters: `a${"\u0301".repeat(200_000)}`,
  code: `\`\`\`js\n${'"a" '.repeat(4_990)}\n\`\`\``,
  escapes: `\`\`\`js\n${'"\\'.repeat(9_990)}\n\`\`\``,
};
const text = (of) => ({ type: "text", text: of });
const call = (fields) => ({
  type: "tool-call",
  toolCallId: "c",
  toolName: "work",
  args: {},
  ...fields,
});
const deep = (inside, levels) =>
  `${"[".repeat(levels)}${inside}${"]".repeat(levels)}`;

/** Content of other kinds that there is too much of. */
const contents = {
  "many parts": Array.from({ length: 5_000 }, () => text("**a**")),
  "much reasoning": Array.from({ length: 5_000 }, () => ({
    type: "reasoning",
    text: "*a* ".repeat(100),
  })),
  "many calls": Array.from({ length: 5_000 }, () => call({ result: 1 })),
  "large arguments": [
    call({ argsText: `{"a":[${"0,".repeat(1_500_000)}0]}`, result: 1 }),
  ],
  "a large result": [
    call({ result: JSON.parse(`[${"0,".repeat(1_500_000)}0]`) }),
  ],
  "a deep result": [
    call({ result: JSON.parse(deep("{},".repeat(200_000) + "0", 50)) }),
  ],
  "many messages in a call": [
    call({
      messages: Array.from({ length: 5_000 }, (_, index) => ({
        id: `m${index}`,
        role: "assistant",
        content: [text("**a**")],
      })),
    }),
  ],
};

/** More elements than the page has with any one message, and far less than it would have with all of these. */
const MOST_NODES = 8_000;

onOneEngine((server) => {
  const dashboard = new Dashboard(server);
  const person = someone();
  let owner;
  before(async () => {
    await dashboard.start();
    owner = await dashboard.operators.setUp();
  });
  after(() => dashboard.stop());

  const threadWith = async (title, content) => {
    const id = await seedThread(server, person, { title });
    await seedMessage(server, person, id, null, { role: "assistant", content });
    return id;
  };

  /** Looks at a thread; how many elements the page has at the end, and its longest task is printed. */
  async function look(name, id, act = async () => {}, count = 1) {
    const path = dashboard.inProject(`/threads/${id}`);
    await dashboard.visit(owner, null, async (page) => {
      await page.addInitScript(() => {
        globalThis.longest = 0;
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries())
            globalThis.longest = Math.max(globalThis.longest, duration);
        }).observe({ type: "longtask", buffered: true });
      });
      await page.goto(path);
      await page
        .getByRole("article")
        .nth(count - 1)
        .waitFor();
      await settled(page);
      const measure = async (what) => {
        const { longest, nodes } = await page.evaluate(() => {
          const { longest } = globalThis;
          globalThis.longest = 0;
          return { longest, nodes: document.querySelectorAll("*").length };
        });
        console.log(`${what}: ${nodes} elements, longest task ${longest} ms`);
        assert.ok(
          nodes < MOST_NODES + count * 100,
          `${what}: ${nodes} elements`,
        );
      };
      await measure(name);
      await act(page);
      await settled(page);
      await measure(`${name}, unfolded`);
      await page.getByRole("tab", { name: "Raw" }).click();
      await page
        .getByRole("region", { name: /^message / })
        .first()
        .waitFor();
      await settled(page);
      await measure(`${name}, raw`);
    });
  }

  /** Opens what is folded, and asks once for more of what is cut. */
  async function unfold(page) {
    const closed = page
      .getByRole("article")
      .locator("details:not([open]) > summary");
    for (let opened = 0; opened < 3 && (await closed.count()) > 0; opened += 1)
      await closed.first().click();
    const more = page
      .getByRole("article")
      .getByRole("button", { name: "Show more" });
    if ((await more.count()) > 0) await more.first().click();
  }

  for (const [name, source] of Object.entries(texts)) {
    it(`a text of ${name} is drawn within bounds`, async () => {
      const id = await threadWith(name, [text(source)]);
      await look(name, id, unfold);
    });
  }

  for (const [name, content] of Object.entries(contents)) {
    it(`${name}: drawn within bounds`, async () => {
      await look(name, await threadWith(name, content), unfold);
    });
  }

  it("very many messages are drawn within bounds", async () => {
    const id = await seedThread(server, person, { title: "many" });
    let parent = null;
    for (let number = 0; number < 600; number += 1) {
      const content = {
        role: "assistant",
        content: [text("**a** `b` ".repeat(30))],
      };
      parent = await seedMessage(server, person, id, parent, content);
    }
    // So many are loaded by themselves.
    await look("messages", id, undefined, 600);
  });
});
