import { useMutation, useQueryClient } from "@tanstack/react-query";

import { visitorQuery } from "./queries";
import { useAccept } from "./use-accept";
import { setCsrfToken } from "@/api/client";
import type { InvitationPreview, OperatorView } from "@/api/contract";
import { messageOf } from "@/api/error";
import { sessionQuery, signOut } from "@/api/session";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";

const words = text.invitation;

interface SignedInAcceptProps {
  token: string;
  invitation: InvitationPreview;
  operator: OperatorView;
}

/** For whoever has an account already: one press. */
export function SignedInAccept({ token, invitation, operator }: SignedInAcceptProps) {
  const queryClient = useQueryClient();
  const acceptInvitation = useAccept(invitation);
  const accept = useMutation({ mutationFn: () => acceptInvitation({ token }) });
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      setCsrfToken(null);
      queryClient.removeQueries({ queryKey: sessionQuery.queryKey });
      queryClient.setQueryData(visitorQuery.queryKey, null);
    },
  });
  const problem = accept.error ?? leave.error;
  return (
    <div className="space-y-4">
      <p className="text-center">{fill(words.signedInAs, { name: operator.name, email: operator.email })}</p>
      {problem && <Callout tone="danger">{messageOf(problem)}</Callout>}
      <Button look="primary" className="w-full" isBusy={accept.isPending} onClick={() => accept.mutate()}>
        {words.accept}
      </Button>
      <Button look="ghost" className="w-full" isBusy={leave.isPending} onClick={() => leave.mutate()}>
        {words.other}
      </Button>
    </div>
  );
}
