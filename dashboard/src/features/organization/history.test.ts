import { expect, test } from "vitest";

import { actorOf, tell } from "./history";
import type { AuditEntryView, MemberView } from "@/api/contract";
import { fill } from "@/text";

const members: MemberView[] = [
  {
    operator_id: "op_bob",
    email: "bob@example.com",
    name: "Bob",
    role: "admin",
    is_you: false,
    joined_at: "2026-09-21T00:00:00.000Z",
    last_sign_in_at: null,
  },
];

interface Changed extends Partial<Omit<AuditEntryView, "before" | "after">> {
  before?: Record<string, string>;
  after?: Record<string, string | null>;
}

function entry(action: string, resource: string, changed: Changed = {}): AuditEntryView {
  return {
    id: "audit_1",
    created_at: "2026-09-21T00:00:00.000Z",
    action,
    resource_type: action.split(".")[0]!,
    resource_id: resource,
    actor_type: "operator",
    actor_id: "op_ann",
    actor_label: "ann@example.com",
    before: null,
    after: null,
    ...changed,
  };
}

function told(given: AuditEntryView): string {
  const { sentence, values } = tell(given, members);
  return fill(sentence, { actor: actorOf(given, members), ...values });
}

test.each([
  [
    entry("member.update", "op_bob", {
      before: { role: "member" },
      after: { role: "admin" },
    }),
    "ann@example.com changed Bob from member to admin",
  ],
  [
    entry("member.create", "op_bob", {
      actor_id: "op_bob",
      after: { role: "member" },
    }),
    "Bob joined as member",
  ],
  [
    entry("member.delete", "op_gone", { before: { role: "member" } }),
    "ann@example.com removed a former member",
  ],
  [
    entry("invitation.create", "invite_1", {
      after: { role: "owner", email: null },
    }),
    "ann@example.com invited somebody as owner",
  ],
  [
    entry("project.delete", "proj_1", { before: { name: "Support" } }),
    "ann@example.com deleted the project Support",
  ],
  [entry("backup.create", "b_1", { actor_type: "command_line" }), "ann@example.com: backup.create"],
])("an entry is told in a sentence (%#)", (given, sentence) => {
  expect(told(given)).toBe(sentence);
});

test("braces in a name are no placeholder", () => {
  const { values } = tell(entry("organization.update", "org_1", { after: { name: "{actor}" } }), members);
  expect(values.name).toBe("{actor}");
});
