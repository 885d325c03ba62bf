import { path, publicApi } from "@/api/client";
import type { SessionView } from "@/api/contract";
import { required, useForm } from "@/forms/use-form";
import { useCountdown } from "@/sign-on/use-countdown";
import { useEnter, useGoTo } from "@/sign-on/use-enter";
import { plural, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Field } from "@/ui/field";
import { PasswordInput, TextInput } from "@/ui/input";

const words = text.signIn;

/** Signs in with address and password, and goes on to where one wanted to be. */
export function PasswordForm({ returnTo }: { returnTo: string }) {
  const enter = useEnter();
  const goTo = useGoTo();
  const form = useForm({
    initial: { email: "", password: "" },
    validate: (values) => required(values, "email", "password"),
    submit: async ({ email, password }) => {
      enter(
        await publicApi.post<SessionView>(path`/session`, {
          email: email.trim(),
          password,
        }),
      );
      goTo(returnTo);
    },
  });
  const wait = useCountdown(form.refusal?.status === 429 ? form.refusal : undefined);
  const waiting = wait > 0 ? plural(wait, text.ui.error.retryIn) : undefined;
  return (
    <form noValidate onSubmit={form.onSubmit} className="space-y-4">
      <Field label={words.email} error={form.errorOf("email")} isRequired>
        <TextInput
          type="email"
          name="email"
          autoComplete="username"
          value={form.values.email}
          onChange={(event) => form.change({ email: event.target.value })}
        />
      </Field>
      <Field label={words.password} error={form.errorOf("password")} isRequired>
        <PasswordInput
          name="password"
          autoComplete="current-password"
          value={form.values.password}
          onChange={(event) => form.change({ password: event.target.value })}
        />
      </Field>
      {form.problem && !waiting && <Callout tone="danger">{form.problem}</Callout>}
      {waiting && (
        <Callout tone="warn" title={form.problem}>
          {waiting}
        </Callout>
      )}
      <Button type="submit" look="primary" className="w-full" isBusy={form.isBusy} disabledReason={waiting}>
        {words.submit}
      </Button>
    </form>
  );
}
