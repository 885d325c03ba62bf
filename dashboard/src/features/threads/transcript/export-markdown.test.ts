import { describe, expect, it } from "vitest";

import { showMessage } from "./convert";
import { exportMarkdown, exportName } from "./export-markdown";
import type { ThreadRow } from "@/api/contract";

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
  match: null,
};

const show = (content: Record<string, unknown>, format = "aui/v0") =>
  showMessage({ id: "msg_1", created_at: "2026-09-21T14:13:20.000Z", format, content });

describe("exportMarkdown", () => {
  it("writes a branch as a document", () => {
    const written = exportMarkdown(thread, [
      show({ role: "user", content: [{ type: "text", text: "Hi, *where* is it?" }] }),
      show({
        role: "assistant",
        status: { type: "incomplete", reason: "cancelled" },
        content: [
          { type: "reasoning", text: "Look\nit up." },
          { type: "tool-call", toolName: "track", args: { id: 1 }, result: { state: "lost" } },
          { type: "source", sourceType: "url", id: "s", url: "https://a.example/x", title: "A [b]" },
        ],
      }),
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
      show({
        role: "assistant",
        content: [
          { type: "data", name: "x", data: "```\n# not a heading" },
          { type: "source", sourceType: "url", id: "s", url: "javascript:alert(1)", title: "click" },
          { type: "file", data: "QUJD", mimeType: "text/plain" },
        ],
      }),
    ]);
    expect(written).toContain("````json");
    expect(written).not.toContain("](");
    expect(written).toContain("- Source: click");
    expect(written).toContain("- File: text/plain (3 bytes)");
  });

  it("leaves no message out", () => {
    const written = exportMarkdown(thread, [
      show({ role: "user", content: [] }),
      show({ odd: true }, "langchain/v1"),
      show({ role: "assistant", content: [{ type: "odd" }] }),
    ]);
    expect(written).toContain("*Empty message*");
    expect(written).toContain("`langchain/v1`");
    expect(written).toContain('"odd": true');
    expect(written.match(/^## /gm)).toHaveLength(3);
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
    expect(exportName({ ...thread, title })).toBe(name);
  });
});
