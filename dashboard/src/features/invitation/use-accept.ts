import { useNavigate } from "@tanstack/react-router";

import { path, publicApi } from "@/api/client";
import type { AcceptInvitation, InvitationPreview, SessionView } from "@/api/contract";
import { useEnter } from "@/sign-on/use-enter";
import { fill, text } from "@/text";
import { toast } from "@/ui/toast";

/** Accepts the invitation and goes to what it opens. */
export function useAccept(invitation: InvitationPreview): (acceptance: AcceptInvitation) => Promise<void> {
  const enter = useEnter();
  const navigate = useNavigate();
  return async (acceptance) => {
    const session = await publicApi.post<SessionView>(path`/invitations/accept`, acceptance);
    enter(session);
    const joined = session.organizations.find(
      (organization) =>
        organization.name === invitation.organization_name && organization.role === invitation.role,
    );
    const project = joined?.projects.find((candidate) => candidate.deleted_at === null);
    await (project
      ? navigate({
          to: "/projects/$projectId",
          params: { projectId: project.id },
          replace: true,
        })
      : navigate({ to: "/", replace: true }));
    const role = text.invitation.roles[invitation.role];
    toast.success(
      fill(text.invitation.joined, {
        role,
        organization: invitation.organization_name,
      }),
    );
  };
}
