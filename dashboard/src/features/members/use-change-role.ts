import { membersQuery } from "./queries";
import { refusalOf } from "./refusal";
import { api, path } from "@/api/client";
import type { Members, MemberView, OrganizationView, Role } from "@/api/contract";
import { useOptimistic } from "@/api/optimistic";
import { sessionQuery } from "@/api/session";
import { fill, text } from "@/text";
import { toast } from "@/ui/toast";

const words = text.members.changed;

/** A member and the role to give them. */
export interface RoleChange {
  member: MemberView;
  role: Role;
}

/** Gives a member another role at once, and takes it back when the server refuses or the operator says so. */
export function useChangeRole(organization: OrganizationView) {
  const { queryKey } = membersQuery(organization.id);
  const change = useOptimistic<Members, RoleChange>({
    queryKey,
    update: (before, { member, role }) => ({
      ...before,
      members: before.members.map((each) =>
        each.operator_id === member.operator_id ? { ...each, role } : each,
      ),
    }),
    mutate: ({ member, role }) =>
      api.put(path`/organizations/${organization.id}/members/${member.operator_id}`, { role }),
    invalidate: [["organization", organization.id, "audit"], sessionQuery.queryKey],
    onSuccess: (_answer, { member, role }) =>
      toast.success(
        fill(words.done, {
          name: member.name,
          role: text.members.roleNames[role],
        }),
        // One's own rights may be gone with the change.
        member.is_you
          ? undefined
          : {
              label: words.undo,
              onClick: () =>
                change.mutate({
                  member: { ...member, role },
                  role: member.role,
                }),
            },
      ),
    onError: (error, { member }) =>
      toast.error(
        fill(words.refused, {
          name: member.name,
          role: text.members.roleNames[member.role],
          reason: refusalOf(error),
        }),
      ),
  });
  return change;
}
