import { useQueryClient } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { ProjectView, UpdateProject } from "@/api/contract";
import { projectQuery } from "@/api/projects";
import { useRefreshSession } from "@/api/session";
import { required, useForm } from "@/forms/use-form";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { CopyLine } from "@/ui/code-block";
import { Facts } from "@/ui/facts";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";

const words = text.settings;

/** The project's name and id. */
export function GeneralCard({ project }: { project: ProjectView }) {
  const queryClient = useQueryClient();
  const refreshSession = useRefreshSession();
  const form = useForm({
    initial: { name: project.name },
    validate: (values) => required(values, "name"),
    submit: async ({ name }) => {
      const body: UpdateProject = { name: name.trim() };
      const saved = await api.put<ProjectView>(path`/projects/${project.id}`, body);
      queryClient.setQueryData(projectQuery(project.id).queryKey, saved);
      form.reset({ name: saved.name });
      toast.success(fill(words.nameSaved, { name: saved.name }));
      await refreshSession();
    },
  });
  const isChanged = form.values.name.trim() !== project.name;
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <Card
        title={words.general}
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
          <Facts
            items={[
              {
                label: words.id,
                value: <CopyLine value={project.id} what={words.id} />,
              },
              {
                label: words.created,
                value: <Time at={project.created_at} show="full" />,
              },
            ]}
          />
        </div>
      </Card>
    </form>
  );
}
