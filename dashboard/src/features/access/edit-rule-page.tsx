import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ShieldQuestion } from "lucide-react";

import { KeySetStatus } from "./key-set-status";
import { rulesQuery, useKeepRule } from "./queries";
import { SettingsForm } from "./rule-form/settings-form";
import { valuesOf } from "./rule-form/values";
import { api, path } from "@/api/client";
import type { RuleView, SaveRule } from "@/api/contract";
import { useProject } from "@/api/projects";
import { presetsQuery } from "@/providers/presets";
import { ProviderLogo } from "@/providers/provider-logo";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { BackLabel, Page, PageHeader } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";

const words = text.access.form;

/** Every setting of a rule that exists. */
export function EditRulePage() {
  const project = useProject();
  const { ruleId } = useParams({
    from: "/shell/projects/$projectId/access/rules/$ruleId",
  });
  const { data } = useQuery(rulesQuery(project.id));
  const rule = data?.rules.find((candidate) => candidate.id === ruleId);
  const name = rule?.name ?? words.saveTitle;
  return (
    <Page isNarrow>
      <PageHeader
        title={name}
        place={project.name}
        heading={rule && <Heading rule={rule} />}
        back={
          <Link to="/projects/$projectId/access" params={{ projectId: project.id }}>
            <BackLabel>{words.back}</BackLabel>
          </Link>
        }
      />
      {data && !rule && <Gone projectId={project.id} />}
      {!data && <SkeletonForm />}
      {rule && <EditRule key={rule.id} rule={rule} projectId={project.id} />}
    </Page>
  );
}

function Heading({ rule }: { rule: RuleView }) {
  return (
    <span className="flex items-center gap-3">
      <ProviderLogo provider={rule.provider} size={28} />
      {rule.name}
    </span>
  );
}

function EditRule({ rule, projectId }: { rule: RuleView; projectId: string }) {
  const { data: presets } = useQuery(presetsQuery);
  const keep = useKeepRule(projectId);
  const navigate = useNavigate();
  async function save(settings: SaveRule) {
    const saved = await api.put<RuleView>(path`/projects/${projectId}/rules/${rule.id}`, settings);
    toast.success(fill(text.access.rules.saved, { name: saved.name }));
    void keep(saved);
    await navigate({
      to: "/projects/$projectId/access",
      params: { projectId },
    });
  }
  // What a preset suggests decides what the form looks like at first.
  if (!presets) return <SkeletonForm />;
  return (
    <div className="space-y-6">
      <Card>
        <KeySetStatus rule={rule} projectId={projectId} />
      </Card>
      <SettingsForm
        projectId={projectId}
        initial={valuesOf(rule)}
        provider={rule.provider}
        preset={presets.find((preset) => preset.id === rule.provider)}
        hasStoredSecret={rule.has_secret}
        isStored
        action={words.save}
        onSave={save}
      />
    </div>
  );
}

function Gone({ projectId }: { projectId: string }) {
  return (
    <Card>
      <EmptyState
        icon={<ShieldQuestion />}
        title={words.notFoundTitle}
        actions={
          <Button asChild look="primary">
            <Link to="/projects/$projectId/access" params={{ projectId }}>
              {words.toList}
            </Link>
          </Button>
        }
      >
        {words.notFound}
      </EmptyState>
    </Card>
  );
}

function SkeletonForm() {
  return (
    <div role="status" aria-busy aria-label={text.ui.loading} className="space-y-5">
      <Skeleton className="h-40 w-full rounded-xl" />
      <Skeleton className="h-60 w-full rounded-xl" />
    </div>
  );
}
