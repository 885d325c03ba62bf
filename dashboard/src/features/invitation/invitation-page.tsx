import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { AcceptForm } from "./accept-form";
import { invitationQuery, visitorQuery } from "./queries";
import { SignedInAccept } from "./signed-in-accept";
import { AuthFrame } from "@/app/auth-frame";
import type { InvitationPreview } from "@/api/contract";
import { ApiError } from "@/api/error";
import { takeFragmentToken } from "@/sign-on/fragment-token";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Skeleton } from "@/ui/skeleton";

const words = text.invitation;

/** Accepts an invitation by its link: as somebody new, or as who one is. */
export function InvitationPage() {
  const [token] = useState(takeFragmentToken);
  if (token === undefined) {
    return (
      <AuthFrame title={words.missingTitle}>
        <Callout tone="warn">{words.missing}</Callout>
      </AuthFrame>
    );
  }
  return <Invitation token={token} />;
}

function Invitation({ token }: { token: string }) {
  const invitation = useQuery({
    ...invitationQuery(token),
    // A link that is not valid is an answer; anything else is the route's to show.
    throwOnError: (error) => !isInvalid(error),
  });
  const visitor = useQuery(visitorQuery);
  if (invitation.isError) return <Invalid />;
  if (!invitation.data || visitor.data === undefined) {
    return (
      <AuthFrame title={words.loading}>
        <Skeleton className="h-40 w-full" />
      </AuthFrame>
    );
  }
  return (
    <AuthFrame
      title={fill(words.title, {
        organization: invitation.data.organization_name,
      })}
      description={describe(invitation.data)}
    >
      {visitor.data ? (
        <SignedInAccept token={token} invitation={invitation.data} operator={visitor.data.operator} />
      ) : (
        <AcceptForm token={token} invitation={invitation.data} />
      )}
    </AuthFrame>
  );
}

function Invalid() {
  return (
    <AuthFrame title={words.invalidTitle} description={words.invalid}>
      <Button asChild className="w-full">
        <Link to="/">{words.home}</Link>
      </Button>
    </AuthFrame>
  );
}

function describe({ invited_by: inviter, organization_name: organization, role }: InvitationPreview): string {
  return fill(words.description, {
    inviter,
    organization,
    role: words.roles[role],
  });
}

function isInvalid(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}
