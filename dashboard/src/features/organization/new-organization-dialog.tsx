import { useNavigate } from "@tanstack/react-router";

import { api, path } from "@/api/client";
import type { OrganizationView } from "@/api/contract";
import { useRefreshSession } from "@/api/session";
import { FormDialog, NameField } from "@/forms/form-dialog";
import { required, useForm } from "@/forms/use-form";
import { text } from "@/text";

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
    <FormDialog
      form={form}
      title={words.title}
      description={words.description}
      action={words.create}
      onClose={onClose}
    >
      <NameField form={form} label={words.name} />
    </FormDialog>
  );
}
