import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { membersQuery } from "./queries";
import { refusalOf } from "./refusal";
import { api, path } from "@/api/client";
import type { MemberView, OrganizationView } from "@/api/contract";
import { ApiError } from "@/api/error";
import { useRefreshSession } from "@/api/session";
import { fill, text } from "@/text";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { toast } from "@/ui/toast";

interface RemovalProps {
  organization: OrganizationView;
  member: MemberView;
  onClose: () => void;
}

/** Asks before a member is removed or leaves. A refusal is told in the dialog. */
export function Removal(props: RemovalProps) {
  return props.member.is_you ? <Leave {...props} /> : <Remove {...props} />;
}

function Remove({ organization, member, onClose }: RemovalProps) {
  const words = text.members.remove;
  const queryClient = useQueryClient();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={fill(words.title, { name: member.name })}
      action={words.action}
      onConfirm={async () => {
        await remove(organization, member);
        await queryClient.invalidateQueries({
          queryKey: ["organization", organization.id],
        });
        toast.success(fill(words.done, { name: member.name }));
      }}
    >
      <p>
        {fill(words.body, {
          name: member.name,
          organization: organization.name,
        })}
      </p>
      <p>{words.stays}</p>
    </ConfirmDialog>
  );
}

function Leave({ organization, member, onClose }: RemovalProps) {
  const words = text.members.leave;
  const queryClient = useQueryClient();
  const refreshSession = useRefreshSession();
  const navigate = useNavigate();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={fill(words.title, { organization: organization.name })}
      action={words.action}
      onConfirm={async () => {
        await remove(organization, member);
        toast.success(fill(words.done, { organization: organization.name }));
        // Before the start page looks for a project in it.
        await refreshSession();
        await navigate({ to: "/" });
        queryClient.removeQueries({
          queryKey: membersQuery(organization.id).queryKey,
        });
      }}
    >
      <p>{words.body}</p>
    </ConfirmDialog>
  );
}

async function remove(organization: OrganizationView, member: MemberView) {
  try {
    await api.delete(path`/organizations/${organization.id}/members/${member.operator_id}`);
  } catch (error) {
    if (error instanceof ApiError) throw new ApiError(error.status, error.error, refusalOf(error));
    throw error;
  }
}
