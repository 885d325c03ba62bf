import { emailProblem } from "@/forms/email";
import { required, useForm } from "@/forms/use-form";
import { NewPasswordField, passwordProblem } from "@/passwords/new-password-field";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

interface Account {
  name: string;
  email: string;
  password: string;
}

interface AccountFormProps {
  words: { name: string; email: string; submit: string };
  emailHint?: string | undefined;
  /** The address that it has to be. */
  fixedEmail?: string | null;
  onSubmit: (account: Account) => Promise<unknown>;
}

/** Asks somebody new who they are, and for a password. */
export function AccountForm({ words, emailHint, fixedEmail = null, onSubmit }: AccountFormProps) {
  const form = useForm<Account>({
    initial: { name: "", email: fixedEmail ?? "", password: "" },
    validate: (values) => ({
      ...emailProblem(values),
      ...passwordProblem(values),
      ...required(values, "name", "email"),
    }),
    submit: ({ name, email, password }) => onSubmit({ name: name.trim(), email: email.trim(), password }),
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
      <Field label={words.email} hint={emailHint} error={form.errorOf("email")} isRequired>
        <TextInput
          type="email"
          name="email"
          autoComplete="username"
          readOnly={fixedEmail !== null}
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
