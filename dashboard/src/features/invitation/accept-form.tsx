import { useQuery } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";

import { useAccept } from "./use-accept";
import type { InvitationPreview } from "@/api/contract";
import { statusQuery } from "@/api/session";
import { AccountForm } from "@/sign-on/account-form";
import { Or, SingleSignOnButton } from "@/sign-on/single-sign-on-button";
import { fillNodes, text } from "@/text";
import { linkStyle } from "@/ui/link-style";

const words = text.invitation;

/** For somebody new: an account of one's own, by password or by the issuer. */
export function AcceptForm({ token, invitation }: { token: string; invitation: InvitationPreview }) {
  const accept = useAccept(invitation);
  const router = useRouter();
  const status = useQuery({ ...statusQuery, throwOnError: false }).data;
  return (
    <>
      {status?.single_sign_on && (
        <>
          <SingleSignOnButton singleSignOn={status.single_sign_on} invitation={token} />
          <Or />
        </>
      )}
      <AccountForm
        words={words}
        emailHint={invitation.email === null ? undefined : words.emailFixed}
        fixedEmail={invitation.email}
        onSubmit={(account) => accept({ token, ...account })}
      />
      <p className="mt-5 text-center text-[13px] text-soft">
        {fillNodes(words.known, {
          signIn: (
            <Link
              to="/sign-in"
              search={{
                return_to: router.buildLocation({ to: "/invitation" }).publicHref,
              }}
              className={linkStyle}
            >
              {words.signIn}
            </Link>
          ),
        })}
      </p>
    </>
  );
}
