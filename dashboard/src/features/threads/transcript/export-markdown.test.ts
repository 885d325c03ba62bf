import { describe, expect, it } from "vitest";

import { exportMarkdown, exportName } from "./export-markdown";
import type { Message, Part, Role, Run, ToolPart, ToolState, Transcript } from "./shown";
import type { ThreadRow } from "@/api/contract";
import { text } from "@/text";
import { sent } from "@/testing/json-source";

const thread: ThreadRow = {
  id: "thread_1",
  workspace_id: "org_acme",
  title: "Where is\nmy parcel?",
  external_id: null,
  is_archived: false,
  created_by: "user_`1`",
  created_by_name: "Grace Hopper",
  created_at: "2026-09-21T14:13:20.000Z",
  updated_at: "2026-09-21T14:13:20.000Z",
  last_message_at: "2026-09-21T15:00:00.000Z",
  thumbs_up: 0,
  thumbs_down: 0,
  message_count: 2,
  first_words: null,
  run: null,
  match: null,
};

const at = "2026-09-21T14:13:20.000Z";

const said = (role: Role, parts: Part[], extra: Partial<Transcript> = {}): Transcript => ({
  role,
  role_name: null,
  parts,
  ending: null,
  thumb: null,
  timing: null,
  ...extra,
});

const show = (transcript: Transcript, run?: Run): Message => ({
  id: "msg_1",
  parent_id: null,
  external_id: null,
  height: 0,
  created_at: at,
  updated_at: at,
  format: "aui/v0",
  has_copy: false,
  transcript,
  ...(run && { run }),
});

const call = (state: ToolState, extra: Partial<ToolPart> = {}): ToolPart => ({
  kind: "tool",
  name: "track",
  call_id: "call_1",
  input: '{\n  "id": 1\n}',
  state,
  artifact: null,
  interactions: null,
  approval: null,
  messages: [],
  ...extra,
});

describe("exportMarkdown", () => {
  it("writes a branch as a document", () => {
    const written = exportMarkdown(thread, [
      show(said("user", [{ kind: "text", text: "Hi, *where* is it?" }])),
      show(
        said(
          "assistant",
          [
            { kind: "reasoning", text: "Look\nit up." },
            call({ kind: "result", value: sent({ state: "lost" }), is_preliminary: false }),
            { kind: "source", url: "https://a.example/x", title: "A [b]", detail: null },
          ],
          { ending: { kind: "cancelled", error: null } },
        ),
      ),
    ]);
    expect(written).toBe(
      `# Where is my parcel?

- Thread: \`thread_1\`
- User: Grace Hopper (\`\`user_\`1\` \`\`)
- Workspace: \`org_acme\`
- Created: 2026-09-21 14:13:20 UTC
- Last message: 2026-09-21 15:00:00 UTC
- Messages in this branch: 2

## User · 2026-09-21 14:13:20 UTC

Hi, *where* is it?

## Assistant · 2026-09-21 14:13:20 UTC

> **Reasoning**
>
> Look
> it up.

**Tool call** \`track\`

\`\`\`json
{
  "id": 1
}
\`\`\`

**Result**

\`\`\`json
{
  "state": "lost"
}
\`\`\`

- Source: [A \\[b\\]](<https://a.example/x>)

*Stopped by the user*
`.replace("(``user_`1` ``)", "(`` user_`1` ``)"),
    );
  });

  it("fences what holds fences, and makes no link of a script", () => {
    const written = exportMarkdown(thread, [
      show(
        said("assistant", [
          { kind: "data", name: "x", value: sent("```\n# not a heading") },
          { kind: "source", url: "javascript:alert(1)", title: "click", detail: null },
          { kind: "file", source: "QUJD", name: null, media_type: "text/plain" },
        ]),
      ),
    ]);
    expect(written).toContain("````json");
    expect(written).not.toContain("](");
    expect(written).toContain("- Source: click");
    expect(written).toContain("- File: text/plain (3 bytes)");
  });

  it("leaves no message out", () => {
    const raw: Part = { kind: "raw", why: "format", value: sent({ odd: true }), name: "langchain/v1" };
    const nested = { ...said("other", [], { role_name: "critic" }), id: "msg_1/0", created_at: at };
    const written = exportMarkdown(thread, [
      show(said("user", [])),
      show(said("other", [raw])),
      show(said("assistant", [call({ kind: "pending" }, { messages: [nested] })])),
    ]);
    expect(written).toContain("*Empty message*");
    expect(written).toContain("`langchain/v1`");
    expect(written).toContain('"odd": true');
    expect(written).toContain("*No result stored*");
    expect(written).toContain("### critic · 2026-09-21 14:13:20 UTC");
    expect(written.match(/^## /gm)).toHaveLength(3);
  });

  it("says of a reply without an end that it has none, not that the user stopped it", () => {
    const placeholder = said("assistant", [], { ending: { kind: "cancelled", error: null } });
    const silent: Run = { status: "running", last_heartbeat_ms_ago: 45_000 };
    const written = exportMarkdown(thread, [show(placeholder, silent)]);
    expect(written).toContain(`*${text.threads.runs.interrupted}*`);
    expect(written).not.toContain(text.threads.endings.cancelled);
    expect(written).not.toContain(text.threads.emptyMessage);
  });
});

describe("exportName", () => {
  it.each([
    ["Where is my parcel?", "where-is-my-parcel-thread_1.md"],
    ["../../etc/passwd", "etc-passwd-thread_1.md"],
    ["日本語 の 題", "日本語-の-題-thread_1.md"],
    ["///", "thread_1.md"],
    [null, "thread_1.md"],
  ])("of %j is %s", (title, name) => {
    expect(exportName({ ...thread, title }, "md")).toBe(name);
  });
});
