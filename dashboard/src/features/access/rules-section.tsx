import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FlaskConical, Plus, ShieldCheck } from "lucide-react";
import { useState } from "react";

import { type RuleList, rulesQuery } from "./queries";
import { RuleCard } from "./rule-card";
import { api, path } from "@/api/client";
import type { RuleView } from "@/api/contract";
import { messageOf } from "@/api/error";
import { useOptimistic } from "@/api/optimistic";
import { presetsQuery } from "@/providers/presets";
import { fill, fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { EmptyState } from "@/ui/empty-state";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";

const words = text.access.rules;

/** The project's rules as cards, in the order in which they are tried. */
export function RulesSection({ projectId }: { projectId: string }) {
  const rules = useQuery(rulesQuery(projectId));
  const presets = useQuery(presetsQuery);
  const [doomed, setDoomed] = useState<RuleView>();
  const remove = useRemove(projectId);
  const nameOf = (provider: string) =>
    presets.data?.find((preset) => preset.id === provider)?.name ??
    (provider === "custom" ? words.custom : provider);
  const list = rules.data?.rules;
  const shared = sharedWarnings(list ?? []);
  return (
    <section aria-labelledby="rules">
      <div className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1 basis-80">
          <h2 id="rules" className="font-semibold">
            {words.title}
          </h2>
          <p className="mt-0.5 max-w-prose text-[13px] text-soft">{words.description}</p>
        </div>
        {list && list.length > 0 && (
          <div className="flex flex-wrap gap-2">
            <TestLink projectId={projectId} />
            <AddLink projectId={projectId} />
          </div>
        )}
      </div>
      {list === undefined && <SkeletonCards />}
      {list?.length === 0 && (
        <Card>
          <EmptyState
            icon={<ShieldCheck />}
            title={words.emptyTitle}
            actions={<AddLink projectId={projectId} />}
          >
            {words.empty}
          </EmptyState>
        </Card>
      )}
      {list && list.length > 0 && (
        <>
          {shared.length > 0 && (
            <div className="mb-4">
              <Callout tone="warn" title={words.warnings}>
                {shared.map((warning) => (
                  <p key={warning}>{warning}</p>
                ))}
              </Callout>
            </div>
          )}
          <ol className="space-y-4">
            {list.map((rule, index) => (
              <RuleCard
                key={rule.id}
                rule={rule}
                projectId={projectId}
                provider={nameOf(rule.provider)}
                order={index + 1}
                warnings={rule.warnings.filter((warning) => !shared.includes(warning))}
                onRemove={() => setDoomed(rule)}
              />
            ))}
          </ol>
        </>
      )}
      {doomed && (
        <ConfirmDialog
          isOpen
          onClose={() => setDoomed(undefined)}
          title={fill(words.removeTitle, { name: doomed.name })}
          action={words.removeAction}
          // It closes at once: the list shows the change, and a refusal brings the rule back.
          onConfirm={() => {
            remove.mutate(doomed);
            return Promise.resolve();
          }}
        >
          <p>
            {fillNodes(words.removeBody, {
              issuer: (
                <code className="font-mono text-[13px] break-all text-ink">
                  {doomed.issuer ?? words.anyTokens}
                </code>
              ),
            })}
          </p>
          <p>{words.removeData}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

/** What is said of more than one rule is about all of them together, and is said once. */
function sharedWarnings(rules: RuleView[]): string[] {
  const all = rules.flatMap((rule) => rule.warnings);
  return [...new Set(all.filter((warning, index) => all.indexOf(warning) !== index))];
}

function useRemove(projectId: string) {
  return useOptimistic<RuleList, RuleView>({
    queryKey: rulesQuery(projectId).queryKey,
    update: (list, doomed) => ({
      rules: list.rules.filter((rule) => rule.id !== doomed.id),
    }),
    mutate: (doomed) => api.delete(path`/projects/${projectId}/rules/${doomed.id}`),
    invalidate: [["project", projectId, "first-steps"]],
    onSuccess: (_answer, doomed) => toast.success(fill(words.removed, { name: doomed.name })),
    onError: (error, doomed) => {
      const what = fill(words.removeNamed, { name: doomed.name });
      toast.error(`${fill(text.ui.undone, { what })}: ${messageOf(error)}`);
    },
  });
}

function AddLink({ projectId }: { projectId: string }) {
  return (
    <Button asChild look="primary">
      <Link to="/projects/$projectId/access/new" params={{ projectId }}>
        <Plus aria-hidden className="size-4" />
        {words.add}
      </Link>
    </Button>
  );
}

function TestLink({ projectId }: { projectId: string }) {
  return (
    <Button asChild>
      <Link to="/projects/$projectId/access/test" params={{ projectId }}>
        <FlaskConical aria-hidden className="size-4" />
        {words.test}
      </Link>
    </Button>
  );
}

function SkeletonCards() {
  return (
    <div role="status" aria-busy aria-label={text.ui.loading} className="space-y-4">
      {[0, 1].map((index) => (
        <div key={index} className="space-y-4 rounded-xl border border-line bg-surface p-5">
          <Skeleton className="h-5 w-40" />
          <Skeleton className="h-4 w-3/5" />
          <Skeleton className="h-4 w-2/5" />
          <Skeleton className="h-4 w-1/2" />
        </div>
      ))}
    </div>
  );
}
