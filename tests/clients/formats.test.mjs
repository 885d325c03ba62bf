import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { before, describe, it } from "node:test";
import { validateUIMessages as validateV5 } from "ai-5";
import {
  safeValidateUIMessages as tryV6,
  validateUIMessages as validateV6,
} from "ai-6";
// Readers that the packages use and do not publish.
import { AISDKMessageConverter } from "./node_modules/@assistant-ui/ai-sdk/dist/converters/convertMessage.js";
import {
  auiV0DecodeSafely,
  auiV0Encode,
} from "./node_modules/@assistant-ui/core/dist/react/runtimes/cloud/auiV0.js";
import { REFUSED_BY_SDK_V6, stored } from "./support/corpus.mjs";

const root = resolve(import.meta.dirname, "../..");

/** What the server makes of contents for a client that asks for another format. */
function converted(from, to, contents) {
  const input = contents.map((content) => JSON.stringify(content)).join("\n");
  const program = join(root, "target/debug/examples/convert");
  const { stdout, status } = spawnSync(program, [from, to], {
    input: `${input}\n`,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0);
  const lines = stdout.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

/** A message as the AI SDK holds it, with the id of its row. */
const held = (content) => ({ id: "msg_1", ...content });

/** What is left when a reader has thrown away what it has no field for must be everything. */
async function accepts(validate, content) {
  const messages = await validate({ messages: [held(content)] });
  assert.equal(messages.length, 1);
  assert.equal(messages[0].parts.length, content.parts.length);
  for (const [at, part] of messages[0].parts.entries()) {
    const { approval, ...rest } = part;
    const { approval: given, ...all } = content.parts[at];
    assert.deepEqual(rest, validate === validateV5 ? strip(all) : all);
    assert.deepEqual(approval, given && known(given));
  }
  assert.deepEqual(messages[0].metadata, content.metadata);
}

/** What the SDK knows of an approval: the runtimes' have more fields. */
const known = ({ id, approved, reason }) => ({
  id,
  ...(approved !== undefined && { approved }),
  ...(reason !== undefined && { reason }),
});

/** The v5 reader throws the second name of a tool away. */
function strip(part) {
  if (!part.type.startsWith("tool-")) return part;
  const rest = { ...part };
  delete rest.toolName;
  return rest;
}

/** The messages that the runtimes show, of one that the AI SDK holds. */
const loaded = (content) =>
  AISDKMessageConverter.toThreadMessages([held(content)]);

const textsOf = (parts) =>
  parts.filter(({ type }) => type === "text").map(({ text }) => text);

before(() => {
  execFileSync(
    "cargo",
    ["build", "-q", "-p", "formats", "--example", "convert"],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
});

describe("Messages stored as aui/v0", () => {
  for (const { name, content } of stored("aui/v0")) {
    it(`${name} is what @assistant-ui/core writes and reads`, () => {
      const row = {
        id: "msg_1",
        parent_id: null,
        created_at: new Date(0),
        updated_at: new Date(0),
        height: 0,
        format: "aui/v0",
        content,
      };
      const { message } = auiV0DecodeSafely(row);
      const written = auiV0Encode(message);
      assert.equal(written.role, content.role);
      const types = (parts) => parts.map(({ type }) => type);
      assert.deepEqual(types(written.content), types(content.content));
      assert.deepEqual(written.attachments, content.attachments);
    });

    for (const [version, validate] of [
      ["v5", validateV5],
      ["v6", validateV6],
    ]) {
      if (version === "v6" && name === REFUSED_BY_SDK_V6) continue;
      it(`${name} passes the AI SDK ${version} without loss`, async () => {
        const [read] = converted("aui/v0", `ai-sdk/${version}`, [content]);
        assert.equal(read.role, content.role);
        await accepts(validate, read);
      });
    }

    it(`${name} is loaded by @assistant-ui/ai-sdk without loss`, () => {
      const [read] = converted("aui/v0", "ai-sdk/v6", [content]);
      const [message] = loaded(read);
      assert.equal(message.role, content.role);
      assert.deepEqual(textsOf(message.content), textsOf(read.parts));
      const calls = message.content.filter(({ type }) => type === "tool-call");
      const wanted = content.content.filter(({ type }) => type === "tool-call");
      assert.deepEqual(
        calls.map((call) => [call.toolCallId, call.toolName]),
        wanted.map((call) => [call.toolCallId, call.toolName]),
      );
      for (const [at, call] of calls.entries()) {
        const { args, result, isError, modelContent, mcp } = wanted[at];
        if (args) assert.deepEqual(call.args, args);
        if (!isError && !call.isError) assert.deepEqual(call.result, result);
        assert.deepEqual(call.modelContent, modelContent);
        assert.deepEqual(call.mcp, mcp);
      }
      const files = read.parts.filter(({ type }) => type === "file").length;
      const shown = [...message.content, ...(message.attachments ?? [])];
      assert.equal(
        shown.filter(({ type }) => ["file", "image", "document"].includes(type))
          .length,
        files,
      );
      assert.deepEqual(
        message.metadata.custom.modelId,
        content.metadata.custom.modelId,
      );
    });
  }
});

describe("Messages stored as ai-sdk/v5", () => {
  for (const { name, content } of stored("ai-sdk/v5")) {
    it(`${name} is what the AI SDK v5 reads`, () =>
      accepts(validateV5, content));

    it(`${name} passes the AI SDK v6 without loss`, async () => {
      const [read] = converted("ai-sdk/v5", "ai-sdk/v6", [content]);
      await accepts(validateV6, read);
      assert.deepEqual(textsOf(read.parts), textsOf(content.parts));
    });
  }
});

describe("Messages stored as ai-sdk/v6", () => {
  for (const { name, content } of stored("ai-sdk/v6")) {
    it(`${name} is what the AI SDK v6 reads`, () =>
      accepts(validateV6, content));
  }
});

describe("An approval that the AI SDK v6 has no place for", () => {
  const { content } = stored("aui/v0").find(
    ({ name }) => name === REFUSED_BY_SDK_V6,
  );
  const calls = content.content.filter(({ approval }) => approval);

  for (const call of calls) {
    it(`is handed on all the same, and is all that it refuses in ${call.toolCallId}`, async () => {
      const message = { role: "assistant", content: [call] };
      const [read] = converted("aui/v0", "ai-sdk/v6", [message]);
      assert.deepEqual(read.parts[0].approval, call.approval);
      const { success } = await tryV6({ messages: [held(read)] });
      assert.equal(success, false);

      const [part] = read.parts;
      delete part.approval;
      // Only a call that has one may wait for it.
      if (part.state === "approval-requested") part.state = "input-available";
      await accepts(validateV6, read);
    });
  }
});

describe("One malformed message", () => {
  it("hides no other", () => {
    const good = { role: "user", content: [{ type: "text", text: "Hi" }] };
    const bad = { role: "user", content: [{ type: "text" }] };
    const read = converted("aui/v0", "ai-sdk/v6", [good, bad, good]);
    const parts = [{ type: "text", text: "Hi" }];
    assert.deepEqual(read, [
      { role: "user", parts },
      null,
      { role: "user", parts },
    ]);
  });
});
