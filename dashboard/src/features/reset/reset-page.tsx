import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { AuthFrame } from "@/app/auth-frame";
import { path, publicApi } from "@/api/client";
import type { SessionView } from "@/api/contract";
import { useForm } from "@/forms/use-form";
import { NewPasswordField, passwordProblem } from "@/passwords/new-password-field";
import { Command, commands } from "@/sign-on/command";
import { takeFragmentToken } from "@/sign-on/fragment-token";
import { useEnter } from "@/sign-on/use-enter";
import { fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";

const words = text.reset;

/** Sets a password by the link that the command line printed. */
export function ResetPage() {
  const [token] = useState(takeFragmentToken);
  if (token === undefined) {
    const command = <Command>{commands.resetPassword}</Command>;
    return (
      <AuthFrame title={words.missingTitle}>
        <Callout tone="warn">{fillNodes(words.missing, { command })}</Callout>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title={words.title} description={words.description}>
      <ResetForm token={token} />
    </AuthFrame>
  );
}

function ResetForm({ token }: { token: string }) {
  const enter = useEnter();
  const navigate = useNavigate();
  const form = useForm({
    initial: { password: "" },
    validate: passwordProblem,
    submit: async ({ password }) => {
      enter(
        await publicApi.post<SessionView>(path`/password-reset`, {
          token,
          password,
        }),
      );
      await navigate({ to: "/", replace: true });
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit} className="space-y-4">
      <NewPasswordField
        label={text.passwords.newLabel}
        value={form.values.password}
        error={form.errorOf("password")}
        onChange={(password) => form.change({ password })}
      />
      {form.problem && <Callout tone="danger">{form.problem}</Callout>}
      <Button type="submit" look="primary" className="w-full" isBusy={form.isBusy}>
        {words.submit}
      </Button>
    </form>
  );
}
