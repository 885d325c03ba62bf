import assert from "node:assert/strict";
import { it } from "node:test";
import { append, openThread } from "./support/conversations.mjs";
import { refused } from "./support/refusals.mjs";
import { modes, onEveryEngine, someone } from "./support/suite.mjs";
import { versions } from "./support/versions.mjs";

const MOST_CHARACTERS = 8_388_608;

/** What clients really send, and what databases and JSON libraries like to change. */
const oddContent = {
  role: "user",
  content: [
    { type: "text", text: "an emoji cut in half: \ud83d" },
    { type: "text", text: "its other half: \ude00, and swapped: \ude00\ud83d" },
    { type: "text", text: "U+0000: \u0000, escape: \u001b, U+2028: \u2028" },
    { type: "text", text: "👩🏽‍🚀 e\u0301 \u00e9 \uffff \u202eright to left" },
    { type: "text", text: 'quote " backslash \\ slash / \\u0000 \\ud83d' },
  ],
  zeta: { "": "empty key", "\u0000": "U+0000 key", "a.b[0]": "path-like key" },
  alpha: [0, 1e21, 1e-7, 0.1, 9007199254740991, 5e-324, true, null, [], {}],
};

onEveryEngine((server) => {
  for (const version of versions) {
    const connect = (person) =>
      modes.workspaceToken.connect(server, version, person);

    it(`Odd content comes back to assistant-cloud ${version.name} as it was sent, and to the letter`, async () => {
      const person = someone();
      const cloud = connect(person);
      const thread = await openThread(cloud);
      await append(cloud, thread, null, oddContent);
      const { messages } = await cloud.threads.messages.list(thread);
      assert.deepEqual(
        messages.map(({ content }) => content),
        [oddContent],
      );

      const path = `/threads/${thread}/messages`;
      const { text } = await server.askAs(person, "GET", path);
      assert.ok(text.includes(JSON.stringify(oddContent)), text);
    });

    if (version.since("0.1.18")) {
      it(`Odd content replaces other content for assistant-cloud ${version.name}`, async () => {
        const cloud = connect();
        const thread = await openThread(cloud);
        const message = await append(cloud, thread, null, { text: "plain" });
        await cloud.threads.messages.update(thread, message, {
          content: oddContent,
        });
        const { messages } = await cloud.threads.messages.list(thread);
        assert.deepEqual(messages[0].content, oddContent);
      });
    }

    it(`Content of 8,388,608 characters is taken from assistant-cloud ${version.name}, and not a character more`, async () => {
      const cloud = connect();
      const thread = await openThread(cloud);
      const room = MOST_CHARACTERS - JSON.stringify({ text: "" }).length;
      const largest = "é".padEnd(room, "parcel");
      await append(cloud, thread, null, { text: largest });
      await refused(
        version,
        () => append(cloud, thread, null, { text: `${largest}é` }),
        400,
        "Schema validation error",
      );
      const { messages } = await cloud.threads.messages.list(thread);
      assert.equal(messages.length, 1);
      assert.ok(messages[0].content.text === largest);
    });
  }
});
