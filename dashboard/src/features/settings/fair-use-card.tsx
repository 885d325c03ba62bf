import { useQueryClient } from "@tanstack/react-query";

import {
  changesOf,
  type FairUseValues,
  fields,
  type FieldName,
  maxOf,
  parties,
  readLimit,
  valuesOf,
} from "./fair-use";
import { api, path } from "@/api/client";
import type { ProjectView } from "@/api/contract";
import { projectQuery } from "@/api/projects";
import { allows } from "@/api/session";
import { useForm } from "@/forms/use-form";
import { fill, number, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";
import { toast } from "@/ui/toast";

const words = text.settings.fairUse;

/** How much one user and one workspace may write before they are told to wait. */
export function FairUseCard({ project }: { project: ProjectView }) {
  const queryClient = useQueryClient();
  const mayChange = allows(project.role, "admin");
  const form = useForm({
    initial: valuesOf(project.fair_use),
    validate: problemsOf,
    submit: async (values) => {
      const to = path`/projects/${project.id}/fair-use`;
      const saved = await api.put<ProjectView>(to, changesOf(valuesOf(project.fair_use), values));
      queryClient.setQueryData(projectQuery(project.id).queryKey, saved);
      form.reset(valuesOf(saved.fair_use));
      toast.success(words.saved);
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <Card
        title={words.title}
        description={words.description}
        footer={
          <Button
            type="submit"
            isBusy={form.isBusy}
            disabledReason={mayChange ? undefined : text.ui.needsRole.admin}
          >
            {text.ui.save}
          </Button>
        }
      >
        <div className="space-y-6">
          {parties.map((party) => (
            <fieldset key={party} className="min-w-0" aria-describedby={`fair-use-${party}`}>
              <legend className="font-medium">{words.parties[party]}</legend>
              <p id={`fair-use-${party}`} className="mb-3 text-[13px] text-faint">
                {words.partyHints[party]}
              </p>
              <div className="grid gap-4 sm:grid-cols-2">
                {fields
                  .filter((field) => field.party === party)
                  .map(({ limit, name }) => (
                    <Field key={name} label={words.limits[limit]} error={form.errorOf(name)}>
                      <TextInput
                        inputMode="numeric"
                        placeholder={words.none}
                        value={form.values[name] ?? ""}
                        readOnly={!mayChange}
                        onChange={(event) => form.change({ [name]: event.target.value })}
                      />
                    </Field>
                  ))}
              </div>
            </fieldset>
          ))}
          {form.problem && <Callout tone="danger">{form.problem}</Callout>}
        </div>
      </Card>
    </form>
  );
}

function problemsOf(values: FairUseValues): Partial<Record<FieldName, string>> {
  const wrong = fields.filter(({ limit, name }) => readLimit(limit, values[name] ?? "") === undefined);
  return Object.fromEntries(
    wrong.map(({ limit, name }) => [name, fill(words.invalid, { max: number(maxOf(limit)) })]),
  );
}
