import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Back } from "./back";
import { StepFrame } from "./step-frame";
import { useGoToStep } from "./use-step";
import { api, path } from "@/api/client";
import type { CreatedApiKey } from "@/api/contract";
import { useProjectId } from "@/api/projects";
import { useSession } from "@/api/session";
import { required, useForm } from "@/forms/use-form";
import { backendFiles, mintCommand } from "@/providers/snippets";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { CodeBlock } from "@/ui/code-block";
import { Field } from "@/ui/field";
import { TextInput } from "@/ui/input";

const words = text.onboarding.backend;

/** Makes an API key for a server that knows its users itself. */
export function BackendStep() {
  const [key, setKey] = useState<string>();
  return (
    <StepFrame title={words.title} description={words.description} back={<Back to="sign-in" />}>
      {key === undefined ? <KeyForm onCreated={setKey} /> : <ServerSnippets apiKey={key} />}
    </StepFrame>
  );
}

function KeyForm({ onCreated }: { onCreated: (key: string) => void }) {
  const projectId = useProjectId();
  const queryClient = useQueryClient();
  const form = useForm<{ name: string }>({
    initial: { name: words.standardName },
    validate: (values) => required(values, "name"),
    submit: async ({ name }) => {
      const request = { name: name.trim(), expires: "never" };
      const created = await api.post<CreatedApiKey>(path`/projects/${projectId}/api-keys`, request);
      await queryClient.invalidateQueries({ queryKey: ["project", projectId] });
      onCreated(created.key);
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <Card
        footer={
          <Button type="submit" look="primary" isBusy={form.isBusy}>
            {words.create}
          </Button>
        }
      >
        <div className="space-y-4 pt-2">
          <Field label={words.name} hint={words.nameHint} error={form.errorOf("name")} isRequired>
            <TextInput
              value={form.values.name}
              onChange={(event) => form.change({ name: event.target.value })}
            />
          </Field>
          {form.problem && <Callout tone="danger">{form.problem}</Callout>}
        </div>
      </Card>
    </form>
  );
}

function ServerSnippets({ apiKey }: { apiKey: string }) {
  const { public_url: publicUrl } = useSession();
  const goToStep = useGoToStep();
  return (
    <div className="space-y-5">
      <Callout tone="ok" title={words.createdTitle}>
        {words.created}
      </Callout>
      <CodeBlock code={apiKey} what={words.key} />
      <section className="space-y-3">
        <h2 className="font-semibold">{words.server}</h2>
        {backendFiles(publicUrl, apiKey).map((file) => (
          <CodeBlock
            key={file.caption}
            code={file.code}
            caption={file.caption}
            what={text.providers.snippets.server}
          />
        ))}
      </section>
      <section className="space-y-3">
        <h2 className="font-semibold">{words.test}</h2>
        <CodeBlock code={mintCommand(publicUrl, apiKey)} what={text.providers.snippets.command} />
      </section>
      <div className="flex justify-end">
        <Button look="primary" onClick={() => void goToStep("connect", "backend")}>
          {text.onboarding.next}
        </Button>
      </div>
    </div>
  );
}
