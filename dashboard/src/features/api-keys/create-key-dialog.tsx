import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { CreatedKey } from "./created-key";
import { apiKeysQuery } from "./queries";
import { endOf } from "./state";
import { api, path } from "@/api/client";
import type { CreatedApiKey } from "@/api/contract";
import { useProject } from "@/api/projects";
import { FormDialog, NameField } from "@/forms/form-dialog";
import { required, useForm } from "@/forms/use-form";
import { fill, text } from "@/text";
import { Field } from "@/ui/field";
import { Select } from "@/ui/input";
import { useNow } from "@/ui/time";

const words = text.apiKeys.dialog;
const choices = ["never", "7d", "30d", "90d", "365d"] as const;
type Expires = (typeof choices)[number];

/** Asks for a name and an end, then shows the new key. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const [created, setCreated] = useState<CreatedApiKey>();
  return created ? (
    <CreatedKey created={created} onClose={onClose} />
  ) : (
    <KeyForm onClose={onClose} onCreated={setCreated} />
  );
}

function KeyForm({ onClose, onCreated }: { onClose: () => void; onCreated: (made: CreatedApiKey) => void }) {
  const project = useProject();
  const queryClient = useQueryClient();
  const form = useForm<{ name: string; expires: Expires }>({
    initial: { name: "", expires: "never" },
    validate: (values) => required(values, "name"),
    submit: async ({ name, expires }) => {
      const to = path`/projects/${project.id}/api-keys`;
      const created = await api.post<CreatedApiKey>(to, {
        name: name.trim(),
        expires,
      });
      onCreated(created);
      await queryClient.invalidateQueries({
        queryKey: apiKeysQuery(project.id).queryKey,
      });
      await queryClient.invalidateQueries({
        queryKey: ["project", project.id, "first-steps"],
      });
    },
  });
  return (
    <FormDialog
      form={form}
      title={words.title}
      description={words.description}
      action={words.action}
      onClose={onClose}
    >
      <NameField form={form} label={words.name} hint={words.nameHint} />
      <Field
        label={words.expires}
        hint={<End expires={form.values.expires} />}
        error={form.errorOf("expires")}
      >
        <Select
          value={form.values.expires}
          onChange={(event) =>
            form.change({
              expires: choices.find((choice) => choice === event.target.value) ?? "never",
            })
          }
        >
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {words.choices[choice]}
            </option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  );
}

function End({ expires }: { expires: Expires }) {
  const end = endOf(expires, useNow());
  if (end === null) return words.forever;
  const date = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "long",
  }).format(end);
  return fill(words.on, { date });
}
