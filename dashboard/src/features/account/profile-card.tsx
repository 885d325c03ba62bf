import { api, path } from "@/api/client";
import type { OperatorView, UpdateAccount } from "@/api/contract";
import { useRefreshSession, useSession } from "@/api/session";
import { required, useForm } from "@/forms/use-form";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { Facts } from "@/ui/facts";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";

const words = text.account.profile;

/** What others see of the operator. */
export function ProfileCard() {
  const { operator, organizations } = useSession();
  const refreshSession = useRefreshSession();
  const form = useForm<UpdateAccount>({
    initial: { name: operator.name },
    validate: (values) => required(values, "name"),
    submit: async ({ name }) => {
      const saved = await api.put<OperatorView>(path`/account`, {
        name: name.trim(),
      });
      await refreshSession();
      form.reset({ name: saved.name });
      toast.success(words.saved);
    },
  });
  const isChanged = form.values.name.trim() !== operator.name;
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <Card
        title={words.title}
        footer={
          <Button type="submit" look={isChanged ? "primary" : "secondary"} isBusy={form.isBusy}>
            {text.ui.save}
          </Button>
        }
      >
        <div className="space-y-5">
          <Field label={words.name} hint={words.nameHint} error={form.errorOf("name")} isRequired>
            <TextInput
              value={form.values.name}
              maxLength={255}
              autoComplete="name"
              onChange={(event) => form.change({ name: event.target.value })}
            />
          </Field>
          {form.problem && <Callout tone="danger">{form.problem}</Callout>}
          <Facts
            items={[
              {
                label: words.email,
                value: (
                  <>
                    {operator.email}
                    <span className="block text-[13px] text-faint">{words.emailHint}</span>
                  </>
                ),
              },
              {
                label: words.memberOf,
                value:
                  organizations.length === 0 ? (
                    words.nowhere
                  ) : (
                    <ul>
                      {organizations.map((organization) => (
                        <li key={organization.id}>
                          {fill(words.membership, {
                            organization: organization.name,
                            role: text.members.roleNames[organization.role],
                          })}
                        </li>
                      ))}
                    </ul>
                  ),
              },
              {
                label: words.since,
                value: <Time at={operator.created_at} show="date" />,
              },
            ]}
          />
        </div>
      </Card>
    </form>
  );
}
