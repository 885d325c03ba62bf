import { useQuery } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";

import { useAccept } from "./use-accept";
import type { InvitationPreview } from "@/api/contract";
import { statusQuery } from "@/api/session";
import { emailProblem } from "@/forms/email";
import { required, useForm } from "@/forms/use-form";
import { NewPasswordField, passwordProblem } from "@/passwords/new-password-field";
import { Or, SingleSignOnButton } from "@/sign-on/single-sign-on-button";
import { fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";
import { linkStyle } from "@/ui/link-style";

const words = text.invitation;

/** For somebody new: an account of one's own, by password or by the issuer. */
export function AcceptForm({ token, invitation }: { token: string; invitation: InvitationPreview }) {
  const accept = useAccept(invitation);
  const router = useRouter();
  const status = useQuery({ ...statusQuery, throwOnError: false }).data;
  const form = useForm({
    initial: { name: "", email: invitation.email ?? "", password: "" },
    validate: (values) => ({
      ...emailProblem(values),
      ...passwordProblem(values),
      ...required(values, "name", "email"),
    }),
    submit: ({ name, email, password }) =>
      accept({ token, name: name.trim(), email: email.trim(), password }),
  });
  const { name, email, password } = form.values;
  const isFixed = invitation.email !== null;
  return (
    <>
      {status?.single_sign_on && (
        <>
          <SingleSignOnButton singleSignOn={status.single_sign_on} invitation={token} />
          <Or />
        </>
      )}
      <form noValidate onSubmit={form.onSubmit} className="space-y-4">
        <Field label={words.name} error={form.errorOf("name")} isRequired>
          <TextInput
            name="name"
            autoComplete="name"
            value={name}
            onChange={(event) => form.change({ name: event.target.value })}
          />
        </Field>
        <Field
          label={words.email}
          hint={isFixed ? words.emailFixed : undefined}
          error={form.errorOf("email")}
          isRequired
        >
          <TextInput
            type="email"
            name="email"
            autoComplete="username"
            readOnly={isFixed}
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
