import { useQueryClient } from "@tanstack/react-query";

import { sessionsQuery } from "./queries";
import { api, path } from "@/api/client";
import type { OperatorView } from "@/api/contract";
import { ApiError } from "@/api/error";
import { useRefreshSession, useSession } from "@/api/session";
import { required, useForm } from "@/forms/use-form";
import { NewPasswordField, passwordProblem } from "@/passwords/new-password-field";
import { fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { Field } from "@/ui/field";
import { PasswordInput } from "@/ui/input";
import { toast } from "@/ui/toast";

const words = text.account.password;
const empty = { current_password: "", new_password: "" };

/** A new password, against the present one unless there is none. */
export function PasswordCard() {
  const { operator } = useSession();
  const form = usePasswordForm(operator);
  const hasPassword = operator.has_password;
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <Card
        title={words.title}
        description={hasPassword ? words.change : words.first}
        footer={
          <Button
            type="submit"
            look={form.values.new_password === "" ? "secondary" : "primary"}
            isBusy={form.isBusy}
          >
            {hasPassword ? words.changeAction : words.firstAction}
          </Button>
        }
      >
        <div className="space-y-5">
          {/* Tells password managers whose password it is. */}
          <input hidden readOnly type="text" autoComplete="username" value={operator.email} />
          {hasPassword && (
            <Field
              label={words.current}
              hint={fillNodes(words.forgotten, {
                command: <ResetCommand email={operator.email} />,
              })}
              error={form.errorOf("current_password")}
              isRequired
            >
              <PasswordInput
                autoComplete="current-password"
                value={form.values.current_password}
                onChange={(event) => form.change({ current_password: event.target.value })}
              />
            </Field>
          )}
          <NewPasswordField
            label={text.passwords.newLabel}
            value={form.values.new_password}
            onChange={(password) => form.change({ new_password: password })}
            error={form.errorOf("new_password")}
            own={[operator.name, operator.email]}
          />
          {form.problem && <Callout tone="danger">{form.problem}</Callout>}
        </div>
      </Card>
    </form>
  );
}

function usePasswordForm({ has_password: hasPassword }: OperatorView) {
  const queryClient = useQueryClient();
  const refreshSession = useRefreshSession();
  const form = useForm({
    initial: empty,
    validate: (values) => {
      const { password } = passwordProblem({ password: values.new_password });
      return {
        ...(hasPassword ? required(values, "current_password") : {}),
        ...(password === undefined ? {} : { new_password: password }),
      };
    },
    submit: async (values) => {
      await changePassword(hasPassword ? values.current_password : null, values.new_password);
      form.reset(empty);
      toast.success(words.changed);
      await refreshSession();
      await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  return form;
}

async function changePassword(current: string | null, changed: string) {
  try {
    await api.put(path`/account/password`, {
      current_password: current,
      new_password: changed,
    });
  } catch (error) {
    if (error instanceof ApiError && error.issue("current_password"))
      throw new ApiError(error.status, error.error, words.wrong, [
        { code: "custom", path: ["current_password"], message: words.wrong },
      ]);
    throw error;
  }
}

function ResetCommand({ email }: { email: string }) {
  return (
    <code className="font-mono [overflow-wrap:anywhere] text-soft">
      {`threadkeep members reset-password ${email}`}
    </code>
  );
}
