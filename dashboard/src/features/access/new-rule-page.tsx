import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";

import { useKeepRule } from "./queries";
import { SettingsForm } from "./rule-form/settings-form";
import { emptyRule } from "./rule-form/values";
import { api, path } from "@/api/client";
import type { Preset, RuleView, SaveRule } from "@/api/contract";
import { useProject } from "@/api/projects";
import { FactsForm } from "@/providers/facts-form";
import { presetsQuery } from "@/providers/presets";
import { ProviderGrid } from "@/providers/provider-grid";
import { ProviderLogo } from "@/providers/provider-logo";
import { fill, text } from "@/text";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { BackLabel, Page, PageHeader } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";

const words = text.access.form;

/** Adds an auth rule: first the provider, then its facts, or every setting by hand. */
export function NewRulePage() {
  const { preset } = useSearch({
    from: "/shell/projects/$projectId/access/new",
  });
  if (preset === undefined) return <ChooseProvider />;
  return preset === "custom" ? <CustomRule /> : <PresetRule id={preset} />;
}

function ChooseProvider({ problem }: { problem?: string }) {
  const project = useProject();
  const { data: presets } = useQuery(presetsQuery);
  const params = { projectId: project.id };
  return (
    <Page isNarrow>
      <PageHeader
        title={words.newTitle}
        place={project.name}
        description={words.newDescription}
        back={
          <Link to="/projects/$projectId/access" params={params}>
            <BackLabel>{words.back}</BackLabel>
          </Link>
        }
      />
      {problem && (
        <div className="mb-5">
          <Callout tone="warn">{problem}</Callout>
        </div>
      )}
      <ProviderGrid
        presets={presets}
        extra={[
          { provider: "custom", name: words.custom, about: words.customAbout },
          {
            provider: "backend",
            name: text.providers.backend,
            about: words.backendAbout,
          },
        ]}
        tile={(provider, props) =>
          provider === "backend" ? (
            <Link to="/projects/$projectId/api-keys" params={params} {...props} />
          ) : (
            <Link
              to="/projects/$projectId/access/new"
              params={params}
              search={{ preset: provider }}
              {...props}
            />
          )
        }
      />
    </Page>
  );
}

function CustomRule() {
  const project = useProject();
  const save = useCreate(project.id);
  return (
    <Page isNarrow>
      <PageHeader
        title={words.custom}
        place={project.name}
        description={words.customAbout}
        back={<BackToProviders projectId={project.id} />}
      />
      <SettingsForm
        projectId={project.id}
        initial={emptyRule}
        provider="custom"
        action={words.add}
        onSave={save}
      />
    </Page>
  );
}

function PresetRule({ id }: { id: string }) {
  const project = useProject();
  const { data: presets } = useQuery(presetsQuery);
  const preset = presets?.find((candidate) => candidate.id === id);
  if (presets && !preset) return <ChooseProvider problem={words.unknownPreset} />;
  return (
    <Page>
      <PageHeader
        title={preset?.name ?? words.newTitle}
        place={project.name}
        heading={
          preset && (
            <span className="flex items-center gap-3">
              <ProviderLogo provider={preset.id} size={28} />
              {preset.name}
            </span>
          )
        }
        {...(preset && {
          description: fill(words.presetDescription, { provider: preset.name }),
        })}
        back={<BackToProviders projectId={project.id} />}
      />
      {preset ? <PresetForm key={preset.id} preset={preset} projectId={project.id} /> : <SkeletonForm />}
    </Page>
  );
}

function PresetForm({ preset, projectId }: { preset: Preset; projectId: string }) {
  const save = useCreate(projectId);
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <Card title={fill(words.facts, { provider: preset.name })}>
        <FactsForm
          projectId={projectId}
          preset={preset}
          action={words.add}
          onSave={save}
          isNamed
          toldWarnings={preset.warnings}
        />
      </Card>
      <Card title={fill(words.goodToKnow, { provider: preset.name })}>
        <ul className="list-disc space-y-2 pl-4 text-[13px] text-soft marker:text-faint">
          {preset.warnings.map((warning) => (
            <li key={warning} className="[overflow-wrap:anywhere]">
              {warning}
            </li>
          ))}
        </ul>
      </Card>
    </div>
  );
}

function BackToProviders({ projectId }: { projectId: string }) {
  return (
    <Link to="/projects/$projectId/access/new" params={{ projectId }}>
      <BackLabel>{words.otherProvider}</BackLabel>
    </Link>
  );
}

function useCreate(projectId: string) {
  const keep = useKeepRule(projectId);
  const navigate = useNavigate();
  return async (rule: SaveRule) => {
    const created = await api.post<RuleView>(path`/projects/${projectId}/rules`, rule);
    toast.success(fill(text.access.rules.added, { name: created.name }));
    void keep(created);
    await navigate({
      to: "/projects/$projectId/access",
      params: { projectId },
    });
  };
}

function SkeletonForm() {
  return (
    <div role="status" aria-busy aria-label={text.ui.loading} className="max-w-2xl space-y-5">
      <Skeleton className="h-9 w-full" />
      <Skeleton className="h-9 w-full" />
      <Skeleton className="h-32 w-full" />
    </div>
  );
}
