import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { PasswordForm } from "./password-form";
import { AuthFrame } from "@/app/auth-frame";
import { safeReturnTo } from "@/api/return-to";
import { statusQuery } from "@/api/session";
import { Command, commands } from "@/sign-on/command";
import { Or, SingleSignOnButton } from "@/sign-on/single-sign-on-button";
import { fillNodes, text } from "@/text";
import { Callout } from "@/ui/callout";

const route = getRouteApi("/sign-in");
const words = text.signIn;

/** The way in. */
export function SignInPage() {
  const { return_to: wanted, problem } = route.useSearch();
  const returnTo = safeReturnTo(wanted);
  // The form works without knowing it.
  const status = useQuery({ ...statusQuery, throwOnError: false }).data;
  const isNew = status?.setup_needed === true;
  return (
    <AuthFrame
      title={words.title}
      description={words.description}
      footer={
        !isNew &&
        fillNodes(words.forgot, {
          command: <Command>{commands.resetPassword}</Command>,
        })
      }
    >
      <div className="space-y-5">
        {isNew && (
          <Callout tone="accent" title={words.setupNeededTitle}>
            {fillNodes(words.setupNeeded, {
              command: <Command>{commands.serve}</Command>,
            })}
          </Callout>
        )}
        {problem && (
          <Callout tone="danger" title={words.problemTitle}>
            {problem in words.problems
              ? words.problems[problem as keyof typeof words.problems]
              : words.problemUnknown}
          </Callout>
        )}
        <PasswordForm returnTo={returnTo} />
      </div>
      {status?.single_sign_on && (
        <>
          <Or />
          <SingleSignOnButton singleSignOn={status.single_sign_on} returnTo={returnTo} />
        </>
      )}
    </AuthFrame>
  );
}
