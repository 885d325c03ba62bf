import { useNavigate } from "@tanstack/react-router";

import { api, path } from "@/api/client";
import type { OrganizationView, ProjectView } from "@/api/contract";
import { useRefreshSession } from "@/api/session";
import { required, useForm } from "@/forms/use-form";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

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
    <Dialog
      onClose={onClose}
      title={words.title}
      description={fill(words.description, { organization: organization.name })}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button type="submit" form="new-project" look="primary" isBusy={form.isBusy}>
            {words.create}
          </Button>
        </>
      }
    >
      <form id="new-project" noValidate onSubmit={form.onSubmit} className="space-y-4">
        <Field label={words.name} hint={words.hint} error={form.errorOf("name")} isRequired>
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
