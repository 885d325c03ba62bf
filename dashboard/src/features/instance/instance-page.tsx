import { queryOptions, useQuery } from "@tanstack/react-query";
import { Building2, CircleCheck, CircleX, Lock } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";

import { bytes } from "./bytes";
import { api, path } from "@/api/client";
import type { HealthCheck, InstanceView } from "@/api/contract";
import { messageOf } from "@/api/error";
import { useSession } from "@/api/session";
import { lazyPart } from "@/routing/lazy";
import { fill, number, plural, text } from "@/text";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { CopyLine } from "@/ui/code-block";
import { EmptyState } from "@/ui/empty-state";
import { Facts } from "@/ui/facts";
import { GuideLink } from "@/ui/guide-link";
import { Page, PageHeader } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Time } from "@/ui/time";

const NewOrganizationDialog = lazyPart(() => import("@/features/organization/new-organization-dialog"));
const words = text.instance;
const everyMs = 5_000;

const instanceQuery = queryOptions({
  queryKey: ["instance"],
  queryFn: ({ signal }) => api.get<InstanceView>(path`/instance`, { signal }),
  refetchInterval: everyMs,
});

/** How the server fares that runs all projects. */
export function InstancePage() {
  const session = useSession();
  return (
    <Page>
      <PageHeader
        title={words.title}
        {...(session.is_instance_owner && { description: words.description, actions: <NewOrganization /> })}
      />
      {session.is_instance_owner ? (
        <Measures />
      ) : (
        <Card>
          <EmptyState icon={<Lock />} title={words.forbiddenTitle}>
            {words.forbidden}
          </EmptyState>
        </Card>
      )}
    </Page>
  );
}

function NewOrganization() {
  const [isCreating, setCreating] = useState(false);
  return (
    <>
      <Button icon={<Building2 aria-hidden className="size-4" />} onClick={() => setCreating(true)}>
        {text.shell.newOrganization}
      </Button>
      {isCreating && (
        <Suspense>
          <NewOrganizationDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
}

function Measures() {
  const { data, error } = useQuery(instanceQuery);
  return (
    <div className="space-y-6">
      {error && data && <Callout tone="danger">{fill(words.stale, { problem: messageOf(error) })}</Callout>}
      <div className="grid gap-4 sm:grid-cols-3">
        <Tile label={words.size} value={data && bytes(data.database_size_bytes)} note={words.sizeNote} />
        <Tile
          label={words.writes}
          value={data && number(data.waiting_writes)}
          note={data?.waiting_writes === 0 ? words.writesNote0 : words.writesNote}
        />
        <Tile
          label={words.searches}
          value={data && number(data.waiting_searches)}
          note={data?.waiting_searches === 0 ? words.searchesNote0 : words.searchesNote}
        />
      </div>
      <Health checks={data?.checks} />
      <About instance={data} />
    </div>
  );
}

function Tile({ label, value, note }: { label: string; value: string | undefined; note: string }) {
  return (
    <Card>
      <dl>
        <dt className="text-[13px] text-soft">{label}</dt>
        <dd className="mt-1">
          {value === undefined ? (
            <Skeleton className="my-1 h-7 w-24" />
          ) : (
            <span className="text-2xl font-semibold tracking-tight tabular-nums">{value}</span>
          )}
          <span className="block text-[13px] text-faint">{note}</span>
        </dd>
      </dl>
    </Card>
  );
}

function Health({ checks }: { checks: HealthCheck[] | undefined }) {
  const failing = checks?.filter((check) => !check.is_ok).length ?? 0;
  return (
    <Card
      isFlush
      title={words.health}
      actions={
        checks && (
          <span role="status">
            {failing === 0 ? (
              <Badge tone="ok">{words.healthy}</Badge>
            ) : (
              <Badge tone="danger">{plural(failing, words.unhealthy)}</Badge>
            )}
          </span>
        )
      }
    >
      {checks ? (
        <ul className="divide-y divide-line">
          {checks.map((check) => (
            <Check key={check.name} check={check} />
          ))}
        </ul>
      ) : (
        <div className="space-y-4 p-5">
          <Skeleton className="h-4 w-1/2" />
          <Skeleton className="h-4 w-2/5" />
          <Skeleton className="h-4 w-1/2" />
        </div>
      )}
    </Card>
  );
}

function Check({ check }: { check: HealthCheck }) {
  return (
    <li className="flex items-start gap-3 px-5 py-3">
      <span aria-hidden className="mt-0.5 [&>svg]:size-4">
        {check.is_ok ? <CircleCheck className="text-ok-ink" /> : <CircleX className="text-danger-ink" />}
      </span>
      <div className="min-w-0 flex-1">
        <span className="font-medium">{words.checks[check.name]}</span>
        <span className="sr-only"> {check.is_ok ? words.checkStates.ok : words.checkStates.failed}</span>
        <p className="text-[13px] [overflow-wrap:anywhere] text-soft">{check.detail}</p>
      </div>
    </li>
  );
}

function About({ instance }: { instance: InstanceView | undefined }) {
  const fact = (label: string, read: (known: InstanceView) => ReactNode) => ({
    label,
    value: instance ? read(instance) : <Skeleton className="my-1 h-4 w-40" />,
  });
  return (
    <Card title={words.about} footer={<GuideLink guide="docs/operate.md">{words.guide}</GuideLink>}>
      <Facts
        items={[
          fact(words.version, (known) => <CopyLine value={known.version} what={words.version} />),
          fact(words.engine, (known) => known.engine),
          fact(words.publicUrl, (known) => <CopyLine value={known.public_url} what={words.publicUrlWhat} />),
          fact(words.started, (known) => <Time at={known.started_at} show="full" />),
          fact(words.organizations, (known) => number(known.organizations)),
          fact(words.projects, (known) => number(known.projects)),
          fact(words.operators, (known) => number(known.operators)),
          fact(words.signOn, ({ single_sign_on: signOn }) =>
            signOn ? fill(words.signOnOn, { name: signOn.name }) : words.signOnOff,
          ),
        ]}
      />
    </Card>
  );
}
