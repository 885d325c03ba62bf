import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { AuthFrame } from "@/app/auth-frame";
import { path, publicApi } from "@/api/client";
import type { SessionView } from "@/api/contract";
import { statusQuery } from "@/api/session";
import { AccountForm } from "@/sign-on/account-form";
import { Command, commands } from "@/sign-on/command";
import { takeFragmentToken } from "@/sign-on/fragment-token";
import { useEnter } from "@/sign-on/use-enter";
import { fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";

const words = text.setup;

/** Creates the first operator, by the link that the server printed. */
export function SetupPage() {
  const [token] = useState(takeFragmentToken);
  const status = useQuery({ ...statusQuery, throwOnError: false }).data;
  if (status?.setup_needed === false) {
    return (
      <AuthFrame title={words.doneTitle} description={words.done}>
        <Button asChild look="primary" className="w-full">
          <Link to="/sign-in">{words.signIn}</Link>
        </Button>
      </AuthFrame>
    );
  }
  if (token === undefined) {
    const command = <Command>{commands.serve}</Command>;
    return (
      <AuthFrame title={words.missingTitle}>
        <Callout tone="warn">{fillNodes(words.missing, { command })}</Callout>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title={words.title} description={words.description}>
      <OwnerForm token={token} />
    </AuthFrame>
  );
}

function OwnerForm({ token }: { token: string }) {
  const enter = useEnter();
  const navigate = useNavigate();
  return (
    <AccountForm
      words={words}
      emailHint={words.emailHint}
      onSubmit={async (owner) => {
        const session = await publicApi.post<SessionView>(path`/setup`, { token, ...owner });
        enter(session);
        const project = session.organizations[0]?.projects[0];
        await (project
          ? navigate({
              to: "/projects/$projectId/onboarding/$step",
              params: { projectId: project.id, step: "name" },
              replace: true,
            })
          : navigate({ to: "/", replace: true }));
      }}
    />
  );
}
