import { useQueryClient } from "@tanstack/react-query";

import { StepFrame } from "./step-frame";
import { useGoToStep } from "./use-step";
import { api, path } from "@/api/client";
import type { ProjectView } from "@/api/contract";
import { projectQuery, useProject } from "@/api/projects";
import { useRefreshSession } from "@/api/session";
import { required, useForm } from "@/forms/use-form";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

const words = text.onboarding.name;

/** Gives the project that exists already a name of its own. */
export function NameStep() {
  const project = useProject();
  const queryClient = useQueryClient();
  const refreshSession = useRefreshSession();
  const goToStep = useGoToStep();
  const form = useForm({
    initial: { name: project.name },
    validate: (values) => required(values, "name"),
    submit: async (values) => {
      const name = values.name.trim();
      if (name !== project.name) {
        const renamed = await api.put<ProjectView>(path`/projects/${project.id}`, { name });
        queryClient.setQueryData(projectQuery(project.id).queryKey, renamed);
        await refreshSession();
      }
      await goToStep("sign-in");
    },
  });
  return (
    <StepFrame title={words.title} description={words.description}>
      <form noValidate onSubmit={form.onSubmit}>
        <Card
          footer={
            <Button type="submit" look="primary" isBusy={form.isBusy}>
              {text.onboarding.next}
            </Button>
          }
        >
          <div className="space-y-4 pt-2">
            <Field label={words.label} hint={words.hint} error={form.errorOf("name")} isRequired>
              <TextInput
                value={form.values.name}
                onFocus={(event) => event.currentTarget.select()}
                onChange={(event) => form.change({ name: event.target.value })}
              />
            </Field>
            {form.problem && <Callout tone="danger">{form.problem}</Callout>}
          </div>
        </Card>
      </form>
    </StepFrame>
  );
}
