import type { AuditEntryView, MemberView, Role } from "@/api/contract";
import { text } from "@/text";

const words = text.organization.history;

/** A change in words: a text with names in braces, and what they stand for beside the actor. */
export interface Told {
  sentence: string;
  values: Record<string, string>;
}

type Teller = (entry: AuditEntryView, who: (operatorId: string) => string) => Told;

const tellers: Record<string, Teller> = {
  "organization.create": () => plain(words.organizationCreated),
  "organization.update": (entry) => ({
    sentence: words.organizationRenamed,
    values: { name: read(entry.after, "name") },
  }),
  "member.create": (entry, who) => ({
    sentence: isOwn(entry) ? words.joined : words.added,
    values: { who: who(entry.resource_id), role: roleIn(entry.after) },
  }),
  "member.update": (entry, who) => ({
    sentence: isOwn(entry) ? words.ownRoleChanged : words.roleChanged,
    values: {
      who: who(entry.resource_id),
      role: roleIn(entry.after),
      before: roleIn(entry.before),
    },
  }),
  "member.delete": (entry, who) => ({
    sentence: isOwn(entry) ? words.left : words.removed,
    values: { who: who(entry.resource_id) },
  }),
  "invitation.create": (entry) => ({
    sentence: words.invited,
    values: {
      who: read(entry.after, "email") || words.somebody,
      role: roleIn(entry.after),
    },
  }),
  "invitation.delete": (entry) => ({
    sentence: words.invitationRevoked,
    values: { who: read(entry.before, "email") || words.somebody },
  }),
  "project.create": (entry) => project(words.projectCreated, entry),
  "project.delete": (entry) => project(words.projectDeleted, entry),
  "project.restore": (entry) => project(words.projectRestored, entry),
  "project.purge": (entry) => project(words.projectPurged, entry),
};

/** Tells what an entry of an organization's audit log says. */
export function tell(entry: AuditEntryView, members: readonly MemberView[]): Told {
  const who = (id: string) => members.find((member) => member.operator_id === id)?.name ?? words.formerMember;
  const teller = tellers[entry.action];
  return teller ? teller(entry, who) : { sentence: words.other, values: { action: entry.action } };
}

/** Who acted: an operator's name if they are still a member, the entry's own label otherwise. */
export function actorOf(entry: AuditEntryView, members: readonly MemberView[]): string {
  const member = members.find(
    (candidate) => entry.actor_type === "operator" && candidate.operator_id === entry.actor_id,
  );
  return member?.name ?? entry.actor_label;
}

function plain(sentence: string): Told {
  return { sentence, values: {} };
}

function project(sentence: string, entry: AuditEntryView): Told {
  const name = read(entry.after, "name") || read(entry.before, "name");
  return { sentence, values: { name: name || entry.resource_id } };
}

function isOwn(entry: AuditEntryView): boolean {
  return entry.actor_type === "operator" && entry.actor_id === entry.resource_id;
}

function roleIn(state: AuditEntryView["after"]): string {
  const role = read(state, "role");
  return role in text.members.roleNames ? text.members.roleNames[role as Role] : role;
}

function read(state: AuditEntryView["after"], name: string): string {
  const value = state?.[name];
  return typeof value === "string" ? value : "";
}
