import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { useState } from "react";

import { InvitationsCard } from "./invitations-card";
import { InviteDialog } from "./invite-dialog";
import { MembersTable } from "./members-table";
import { membersQuery } from "./queries";
import { Removal } from "./removal";
import { givesUpRights } from "./roles";
import { type RoleChange, useChangeRole } from "./use-change-role";
import type { MemberView, OrganizationView } from "@/api/contract";
import { allows, findOrganization, useSession } from "@/api/session";
import { NotFound } from "@/app/route-error";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Page, PageHeader } from "@/ui/page";

const words = text.members;

/** Who looks after an organization's projects, and who is invited to. */
export function MembersPage() {
  const { organizationId } = useParams({
    from: "/shell/organizations/$organizationId/members",
  });
  const organization = findOrganization(useSession(), organizationId);
  if (!organization) return <NotFound />;
  // Another organization is another page: forms and dialogs begin anew.
  return <OrganizationMembers key={organization.id} organization={organization} />;
}

interface OrganizationProps {
  organization: OrganizationView;
}

function OrganizationMembers({ organization }: OrganizationProps) {
  const { data } = useQuery(membersQuery(organization.id));
  const [isInviting, setInviting] = useState(false);
  const isAdmin = allows(organization.role, "admin");
  return (
    <Page>
      <PageHeader
        title={words.title}
        place={organization.name}
        description={fill(words.description, {
          organization: organization.name,
        })}
        actions={
          <Button
            look="primary"
            icon={<UserPlus aria-hidden className="size-4" />}
            disabledReason={isAdmin ? undefined : text.ui.needsRole.admin}
            onClick={() => setInviting(true)}
          >
            {words.invite}
          </Button>
        }
      />
      <div className="space-y-6">
        {!isAdmin && <Callout title={words.readOnly}>{words.readOnlyBody}</Callout>}
        <MembersCard organization={organization} members={data?.members} />
        {data && <InvitationsCard organization={organization} invitations={data.invitations} />}
      </div>
      {isInviting && <InviteDialog organization={organization} onClose={() => setInviting(false)} />}
    </Page>
  );
}

function MembersCard({ organization, members }: OrganizationProps & { members: MemberView[] | undefined }) {
  const changeRole = useChangeRole(organization);
  const [leaving, setLeaving] = useState<MemberView>();
  const [demotion, setDemotion] = useState<RoleChange>();
  return (
    <Card isFlush>
      <MembersTable
        members={members}
        role={organization.role}
        onRemove={setLeaving}
        onChangeRole={(member, role) =>
          givesUpRights(member, role) ? setDemotion({ member, role }) : changeRole.mutate({ member, role })
        }
      />
      {leaving && (
        <Removal organization={organization} member={leaving} onClose={() => setLeaving(undefined)} />
      )}
      {demotion && (
        <ConfirmDialog
          isOpen
          onClose={() => setDemotion(undefined)}
          title={words.demote.title}
          action={fill(words.demote.action, {
            role: words.roleNames[demotion.role],
          })}
          onConfirm={() => {
            changeRole.mutate(demotion);
            return Promise.resolve();
          }}
        >
          <p>
            {fill(words.demote.body, {
              role: words.roleNames[demotion.role],
              organization: organization.name,
            })}
          </p>
        </ConfirmDialog>
      )}
    </Card>
  );
}
