import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { AuthFrame } from "@/app/auth-frame";
import { path, publicApi } from "@/api/client";
import type { SessionView } from "@/api/contract";
import { statusQuery } from "@/api/session";
import { emailProblem } from "@/forms/email";
import { required, useForm } from "@/forms/use-form";
import { NewPasswordField, passwordProblem } from "@/passwords/new-password-field";
import { Command, commands } from "@/sign-on/command";
import { takeFragmentToken } from "@/sign-on/fragment-token";
import { useEnter } from "@/sign-on/use-enter";
import { fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

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
  const form = useForm({
    initial: { name: "", email: "", password: "" },
    validate: (values) => ({
      ...emailProblem(values),
      ...passwordProblem(values),
      ...required(values, "name", "email"),
    }),
    submit: async ({ name, email, password }) => {
      const owner = { token, name: name.trim(), email: email.trim(), password };
      const session = await publicApi.post<SessionView>(path`/setup`, owner);
      enter(session);
      const project = session.organizations[0]?.projects[0];
      await (project
        ? navigate({
            to: "/projects/$projectId/onboarding/$step",
            params: { projectId: project.id, step: "name" },
            replace: true,
          })
        : navigate({ to: "/", replace: true }));
    },
  });
  const { name, email, password } = form.values;
  return (
    <form noValidate onSubmit={form.onSubmit} className="space-y-4">
      <Field label={words.name} error={form.errorOf("name")} isRequired>
        <TextInput
          name="name"
          autoComplete="name"
          value={name}
          onChange={(event) => form.change({ name: event.target.value })}
        />
      </Field>
      <Field label={words.email} hint={words.emailHint} error={form.errorOf("email")} isRequired>
        <TextInput
          type="email"
          name="email"
          autoComplete="username"
          value={email}
          onChange={(event) => form.change({ email: event.target.value })}
        />
      </Field>
      <NewPasswordField
        value={password}
        own={[name, email]}
        error={form.errorOf("password")}
        onChange={(value) => form.change({ password: value })}
      />
      {form.problem && <Callout tone="danger">{form.problem}</Callout>}
      <Button type="submit" look="primary" className="w-full" isBusy={form.isBusy}>
        {words.submit}
      </Button>
    </form>
  );
}
