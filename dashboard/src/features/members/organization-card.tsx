import { Building2 } from "lucide-react";
import { Suspense, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { OrganizationView } from "@/api/contract";
import { allows, useRefreshSession, useSession } from "@/api/session";
import { required, useForm } from "@/forms/use-form";
import { lazyPart } from "@/routing/lazy";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { CopyLine } from "@/ui/code-block";
import { type Fact, Facts } from "@/ui/facts";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";
import { toast } from "@/ui/toast";

const NewOrganizationDialog = lazyPart(() => import("./new-organization-dialog"));
const words = text.members.organization;

interface OrganizationCardProps {
  organization: OrganizationView;
}

/** What the organization is called, and for the instance's owners the way to another. */
export function OrganizationCard({ organization }: OrganizationCardProps) {
  return allows(organization.role, "admin") ? (
    <NameForm organization={organization} />
  ) : (
    <Card title={words.title} actions={<NewOrganization />}>
      <Facts items={[{ label: words.name, value: organization.name }, idOf(organization)]} />
    </Card>
  );
}

function NameForm({ organization }: OrganizationCardProps) {
  const queryClient = useQueryClient();
  const refreshSession = useRefreshSession();
  const form = useForm({
    initial: { name: organization.name },
    validate: (values) => required(values, "name"),
    submit: async ({ name }) => {
      const saved = await api.put<OrganizationView>(path`/organizations/${organization.id}`, {
        name: name.trim(),
      });
      await refreshSession();
      form.reset({ name: saved.name });
      toast.success(fill(words.renamed, { name: saved.name }));
      await queryClient.invalidateQueries({
        queryKey: ["organization", organization.id, "audit"],
      });
    },
  });
  const isChanged = form.values.name.trim() !== organization.name;
  return (
    <form noValidate onSubmit={form.onSubmit} className="min-w-0">
      <Card
        className="h-full"
        title={words.title}
        actions={<NewOrganization />}
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
              onChange={(event) => form.change({ name: event.target.value })}
            />
          </Field>
          {form.problem && <Callout tone="danger">{form.problem}</Callout>}
          <Facts items={[idOf(organization)]} />
        </div>
      </Card>
    </form>
  );
}

function idOf(organization: OrganizationView): Fact {
  return {
    label: words.id,
    value: <CopyLine value={organization.id} what={words.id} />,
  };
}

function NewOrganization() {
  const session = useSession();
  const [isCreating, setCreating] = useState(false);
  if (!session.is_instance_owner) return null;
  return (
    <>
      <Button size="sm" icon={<Building2 aria-hidden className="size-4" />} onClick={() => setCreating(true)}>
        {words.another}
      </Button>
      {isCreating && (
        <Suspense>
          <NewOrganizationDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
}
