import { useNavigate } from "@tanstack/react-router";

import { api, path } from "@/api/client";
import type { OrganizationView, ProjectView } from "@/api/contract";
import { useRefreshSession } from "@/api/session";
import { FormDialog, NameField } from "@/forms/form-dialog";
import { required, useForm } from "@/forms/use-form";
import { fill, text } from "@/text";

const words = text.organization.newProject;

/** Asks for the name of a project and leads to its first steps. */
export default function NewProjectDialog(props: { organization: OrganizationView; onClose: () => void }) {
  const { organization, onClose } = props;
  const navigate = useNavigate();
  const refreshSession = useRefreshSession();
  const form = useForm({
    initial: { name: "" },
    validate: (values) => required(values, "name"),
    submit: async ({ name }) => {
      const to = path`/organizations/${organization.id}/projects`;
      const project = await api.post<ProjectView>(to, { name: name.trim() });
      await refreshSession();
      onClose();
      await navigate({
        to: "/projects/$projectId/onboarding/$step",
        params: { projectId: project.id, step: "sign-in" },
      });
    },
  });
  return (
    <FormDialog
      form={form}
      title={words.title}
      description={fill(words.description, { organization: organization.name })}
      action={words.create}
      onClose={onClose}
    >
      <NameField form={form} label={words.name} hint={words.hint} />
    </FormDialog>
  );
}
