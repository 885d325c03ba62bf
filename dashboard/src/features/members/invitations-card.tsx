import { X } from "lucide-react";
import { useState } from "react";

import { membersQuery } from "./queries";
import { api, path } from "@/api/client";
import type { InvitationView, Members, OrganizationView } from "@/api/contract";
import { messageOf } from "@/api/error";
import { useOptimistic } from "@/api/optimistic";
import { allows } from "@/api/session";
import { fill, text } from "@/text";
import { Badge } from "@/ui/badge";
import { IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { type Column, Table } from "@/ui/table";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";

const words = text.members.pending;

interface InvitationsCardProps {
  organization: OrganizationView;
  invitations: InvitationView[];
}

/** The links that nobody has used yet; nothing when there are none. */
export function InvitationsCard({ organization, invitations }: InvitationsCardProps) {
  const [doomed, setDoomed] = useState<InvitationView>();
  const revoke = useRevoke(organization);
  if (invitations.length === 0) return null;
  return (
    <Card isFlush title={words.title} description={words.description}>
      <Table
        label={words.title}
        columns={columnsOf(organization, setDoomed)}
        rows={invitations}
        rowKey={(invitation) => invitation.id}
        empty={null}
      />
      {doomed && (
        <ConfirmDialog
          isOpen
          onClose={() => setDoomed(undefined)}
          title={words.revokeTitle}
          action={words.revokeAction}
          // It closes at once: the list shows the change, and a refusal brings the invitation back.
          onConfirm={() => {
            revoke.mutate(doomed);
            return Promise.resolve();
          }}
        >
          <p>{fill(words.revokeBody, { who: doomed.email ?? words.somebody })}</p>
        </ConfirmDialog>
      )}
    </Card>
  );
}

function useRevoke(organization: OrganizationView) {
  return useOptimistic<Members, InvitationView>({
    queryKey: membersQuery(organization.id).queryKey,
    update: (before, doomed) => ({
      ...before,
      invitations: before.invitations.filter((each) => each.id !== doomed.id),
    }),
    mutate: (doomed) => api.delete(path`/organizations/${organization.id}/invitations/${doomed.id}`),
    invalidate: [["organization", organization.id, "audit"]],
    onSuccess: () => toast.success(words.revoked),
    onError: (error) => toast.error(fill(words.refused, { reason: messageOf(error) })),
  });
}

function columnsOf(
  organization: OrganizationView,
  onRevoke: (invitation: InvitationView) => void,
): Column<InvitationView>[] {
  const columns: Column<InvitationView>[] = [
    {
      key: "for",
      header: words.for,
      isRowHeader: true,
      cell: (invitation) => (
        <span className="font-medium [overflow-wrap:anywhere] max-md:pr-10">
          {invitation.email ?? words.anybody}
        </span>
      ),
    },
    {
      key: "role",
      header: words.role,
      cell: (invitation) => (
        <Badge tone={invitation.role === "owner" ? "accent" : "neutral"}>
          {text.ui.role[invitation.role]}
        </Badge>
      ),
    },
    {
      key: "by",
      header: words.by,
      cell: (invitation) => <span className="[overflow-wrap:anywhere]">{invitation.invited_by}</span>,
    },
    {
      key: "expires",
      header: words.expires,
      cell: (invitation) => <Time at={invitation.expires_at} />,
    },
  ];
  if (!allows(organization.role, "admin")) return columns;
  return [
    ...columns,
    {
      key: "actions",
      header: words.actions,
      isHeaderHidden: true,
      align: "end",
      className: "max-md:absolute max-md:top-2.5 max-md:right-3",
      cell: (invitation) => (
        <IconButton
          size="sm"
          label={fill(words.revoke, {
            who: invitation.email ?? words.somebody,
          })}
          icon={<X aria-hidden className="size-4" />}
          onClick={() => onRevoke(invitation)}
        />
      ),
    },
  ];
}
