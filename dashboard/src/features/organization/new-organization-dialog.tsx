import { useNavigate } from "@tanstack/react-router";

import { api, path } from "@/api/client";
import type { OrganizationView } from "@/api/contract";
import { useRefreshSession } from "@/api/session";
import { required, useForm } from "@/forms/use-form";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

const words = text.organization.newOrganization;

/** Asks for the name of an organization and leads to its members. */
export default function NewOrganizationDialog({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const refreshSession = useRefreshSession();
  const form = useForm({
    initial: { name: "" },
    validate: (values) => required(values, "name"),
    submit: async ({ name }) => {
      const organization = await api.post<OrganizationView>(path`/organizations`, { name: name.trim() });
      await refreshSession();
      onClose();
      await navigate({
        to: "/organizations/$organizationId/members",
        params: { organizationId: organization.id },
      });
    },
  });
  return (
    <Dialog
      onClose={onClose}
      title={words.title}
      description={words.description}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button type="submit" form="new-organization" look="primary" isBusy={form.isBusy}>
            {words.create}
          </Button>
        </>
      }
    >
      <form id="new-organization" noValidate onSubmit={form.onSubmit} className="space-y-4">
        <Field label={words.name} error={form.errorOf("name")} isRequired>
          <TextInput
            value={form.values.name}
            onChange={(event) => form.change({ name: event.target.value })}
          />
        </Field>
        {form.problem && <Callout tone="danger">{form.problem}</Callout>}
      </form>
    </Dialog>
  );
}
