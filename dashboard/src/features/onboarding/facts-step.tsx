import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";

import { Back } from "./back";
import { StepFrame } from "./step-frame";
import { useGoToStep, useWay } from "./use-step";
import { api, path } from "@/api/client";
import type { Preset, RuleView } from "@/api/contract";
import { useProjectId } from "@/api/projects";
import { rulesQuery } from "@/features/access/queries";
import { FactsForm } from "@/providers/facts-form";
import { presetsQuery } from "@/providers/presets";
import { ProviderLogo } from "@/providers/provider-logo";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { Skeleton } from "@/ui/skeleton";

const words = text.onboarding.facts;

/** Asks what a provider's preset has to know, and saves the rule. */
export function FactsStep() {
  const way = useWay();
  const presets = useQuery(presetsQuery).data;
  const preset = presets?.find((each) => each.id === way);
  if (!presets) return <Skeleton className="h-96 max-w-2xl rounded-xl" />;
  return preset ? <KnownFacts key={preset.id} preset={preset} /> : <Unknown />;
}

function KnownFacts({ preset }: { preset: Preset }) {
  const projectId = useProjectId();
  const queryClient = useQueryClient();
  const goToStep = useGoToStep();
  const provider = preset.name;
  return (
    <StepFrame
      title={fill(words.title, { provider })}
      description={fill(words.description, { provider })}
      back={<Back to="sign-in" />}
    >
      <div className="space-y-5">
        <ExistingRule preset={preset} />
        <Card>
          <div className="flex items-center gap-3 pt-2 pb-5">
            <ProviderLogo provider={preset.id} size={32} />
            <span className="text-base font-semibold">{provider}</span>
          </div>
          <FactsForm
            projectId={projectId}
            preset={preset}
            action={words.save}
            onSave={async (rule) => {
              await api.post<RuleView>(path`/projects/${projectId}/rules`, rule);
              await queryClient.invalidateQueries({ queryKey: ["project", projectId] });
              await goToStep("test", preset.id);
            }}
          />
        </Card>
      </div>
    </StepFrame>
  );
}

/** Whoever comes back to this step shall not make the same rule twice unknowingly. */
function ExistingRule({ preset }: { preset: Preset }) {
  const projectId = useProjectId();
  const goToStep = useGoToStep();
  const rules = useQuery({ ...rulesQuery(projectId), throwOnError: false });
  const rule = rules.data?.rules.find((each) => each.provider === preset.id);
  if (!rule) return null;
  return (
    <Callout
      tone="accent"
      title={fill(words.exists, { provider: preset.name })}
      actions={
        <Button size="sm" onClick={() => void goToStep("test", preset.id)}>
          {words.goOn}
        </Button>
      }
    >
      {fill(words.existsAbout, { issuer: rule.issuer ?? rule.name })}
    </Callout>
  );
}

function Unknown() {
  return (
    <EmptyState
      isPage
      icon={<SearchX />}
      title={words.choose}
      actions={
        <Button asChild look="primary">
          <Link
            to="/projects/$projectId/onboarding/$step"
            params={{ projectId: useProjectId(), step: "sign-in" }}
          >
            {words.choose}
          </Link>
        </Button>
      }
    >
      {words.unknown}
    </EmptyState>
  );
}
