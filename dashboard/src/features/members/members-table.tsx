import { LogOut, UserMinus } from "lucide-react";

import { RoleMenu } from "./role-menu";
import { isLastOwner, rolesToGrant } from "./roles";
import type { MemberView, Role } from "@/api/contract";
import { fill, text } from "@/text";
import { Avatar } from "@/ui/avatar";
import { Badge } from "@/ui/badge";
import { IconButton } from "@/ui/button";
import { type Column, Table } from "@/ui/table";
import { Time } from "@/ui/time";

const words = text.members.list;

interface MembersTableProps {
  /** Undefined while they load. */
  members: MemberView[] | undefined;
  /** One's own role. */
  role: Role;
  onChangeRole: (member: MemberView, role: Role) => void;
  /** For oneself it is leaving. */
  onRemove: (member: MemberView) => void;
}

/** Who belongs to the organization, as what. */
export function MembersTable({ members, role, onChangeRole, onRemove }: MembersTableProps) {
  const granted = rolesToGrant(role);
  const all = members ?? [];
  const columns: Column<MemberView>[] = [
    {
      key: "name",
      header: words.name,
      isRowHeader: true,
      cell: (member) => <Person member={member} />,
    },
    {
      key: "role",
      header: words.role,
      cell: (member) =>
        granted.includes(member.role) && !isLastOwner(member, all) ? (
          <RoleMenu
            name={member.name}
            role={member.role}
            choices={granted}
            onChange={(chosen) => onChangeRole(member, chosen)}
          />
        ) : (
          <Badge tone={member.role === "owner" ? "accent" : "neutral"}>{text.ui.role[member.role]}</Badge>
        ),
    },
    {
      key: "joined",
      header: words.joined,
      cell: (member) => <Time at={member.joined_at} show="date" />,
    },
    {
      key: "seen",
      header: words.lastSignIn,
      cell: (member) => <Time at={member.last_sign_in_at} fallback={words.never} />,
    },
    {
      key: "actions",
      header: words.actions,
      isHeaderHidden: true,
      align: "end",
      className: "max-md:absolute max-md:top-3.5 max-md:right-3",
      cell: (member) => (
        <RemoveButton
          member={member}
          isShown={member.is_you || granted.length > 0}
          disabledReason={whyNotRemoved(member, all, granted)}
          onRemove={() => onRemove(member)}
        />
      ),
    },
  ];
  return (
    <Table
      label={words.title}
      columns={columns}
      rows={members}
      rowKey={(member) => member.operator_id}
      skeletonRows={3}
      empty={<p className="px-5 py-8 text-center text-soft">{words.empty}</p>}
    />
  );
}

function Person({ member }: { member: MemberView }) {
  return (
    <span className="flex min-w-0 items-center gap-3 max-md:pr-10 max-md:pb-1.5">
      <Avatar name={member.name} size={32} />
      <span className="min-w-0 leading-snug">
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium [overflow-wrap:anywhere]">{member.name}</span>
          {member.is_you && <Badge>{words.you}</Badge>}
        </span>
        <span className="block text-[13px] [overflow-wrap:anywhere] text-faint">{member.email}</span>
      </span>
    </span>
  );
}

interface RemoveButtonProps {
  member: MemberView;
  isShown: boolean;
  disabledReason: string | undefined;
  onRemove: () => void;
}

function RemoveButton(props: RemoveButtonProps) {
  const { member, isShown, disabledReason, onRemove } = props;
  if (!isShown) return null;
  return (
    <IconButton
      size="sm"
      label={
        member.is_you ? text.members.leave.action : fill(text.members.remove.named, { name: member.name })
      }
      icon={
        member.is_you ? (
          <LogOut aria-hidden className="size-4" />
        ) : (
          <UserMinus aria-hidden className="size-4" />
        )
      }
      disabledReason={disabledReason}
      onClick={onRemove}
    />
  );
}

function whyNotRemoved(member: MemberView, members: MemberView[], granted: Role[]): string | undefined {
  if (isLastOwner(member, members)) return words.lastOwner;
  if (member.is_you || granted.includes(member.role)) return undefined;
  return words.onlyOwners;
}
