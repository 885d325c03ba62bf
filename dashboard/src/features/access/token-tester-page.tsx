import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FlaskConical, Pencil, Plus } from "lucide-react";
import { type SyntheticEvent, useRef, useState } from "react";

import { rulesQuery } from "./queries";
import { DecodedCard } from "./tester/decoded-card";
import { useExplain } from "./tester/use-explain";
import type { RuleOutcome } from "@/api/contract";
import { messageOf } from "@/api/error";
import { useProject } from "@/api/projects";
import { bareToken } from "@/providers/token-tester";
import { TokenVerdict } from "@/providers/token-verdict";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { Field } from "@/ui/field";
import { Textarea } from "@/ui/input";
import { BackLabel, Page, PageHeader } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";

const words = text.access.test;

/** Takes a token, shows what it says, and tells what would become of it. It is neither stored nor in the URL. */
export function TokenTesterPage() {
  const project = useProject();
  const [pasted, setPasted] = useState("");
  const [isMissing, setMissing] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const token = bareToken(pasted);
  const explain = useExplain(project.id, token);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    setMissing(token === "");
    if (token === "") area.current?.focus();
    else explain.mutate(token);
  }

  function clear() {
    setPasted("");
    explain.reset();
    area.current?.focus();
  }

  return (
    <Page>
      <PageHeader
        title={words.title}
        place={project.name}
        description={words.description}
        back={
          <Link to="/projects/$projectId/access" params={{ projectId: project.id }}>
            <BackLabel>{text.access.title}</BackLabel>
          </Link>
        }
      />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <form noValidate onSubmit={submit} className="min-w-0">
          <Card
            footer={
              <>
                {pasted !== "" && <Button onClick={clear}>{words.clear}</Button>}
                <Button type="submit" look="primary" isBusy={explain.isPending}>
                  {text.providers.tester.test}
                </Button>
              </>
            }
          >
            <Field
              label={text.providers.tester.token}
              hint={words.private}
              error={isMissing && token === "" ? text.providers.tester.missing : undefined}
            >
              <Textarea
                ref={area}
                isCode
                rows={6}
                value={pasted}
                placeholder={text.providers.tester.placeholder}
                onChange={(event) => {
                  setPasted(event.target.value);
                  if (bareToken(event.target.value) !== token) explain.reset();
                }}
              />
            </Field>
          </Card>
        </form>
        <div className="min-w-0 space-y-5 lg:col-start-2 lg:row-span-2 lg:row-start-1">
          <Verdict projectId={project.id} token={token} explain={explain} />
        </div>
        {token !== "" && (
          <div className="min-w-0">
            <DecodedCard token={token} />
          </div>
        )}
      </div>
    </Page>
  );
}

interface VerdictProps {
  projectId: string;
  token: string;
  explain: ReturnType<typeof useExplain>;
}

function Verdict({ projectId, token, explain }: VerdictProps) {
  const { data: known } = useQuery(rulesQuery(projectId));
  if (explain.isError) return <Callout tone="danger">{messageOf(explain.error)}</Callout>;
  if (explain.isPending) return <SkeletonVerdict />;
  if (explain.data && token !== "") {
    const hasNoRules = known?.rules.length === 0;
    return (
      <>
        <TokenVerdict
          explanation={explain.data}
          hasClaims={false}
          ruleAction={(rule) => <EditLink projectId={projectId} rule={rule} />}
        />
        {hasNoRules && <NoRules projectId={projectId} />}
      </>
    );
  }
  return (
    <Card>
      <EmptyState icon={<FlaskConical />} title={words.waitingTitle}>
        {words.waiting}
      </EmptyState>
    </Card>
  );
}

function EditLink({ projectId, rule }: { projectId: string; rule: RuleOutcome }) {
  return (
    <Button asChild size="sm">
      <Link
        to="/projects/$projectId/access/rules/$ruleId"
        params={{ projectId, ruleId: rule.id }}
        aria-label={fill(words.editRule, { name: rule.name })}
      >
        <Pencil aria-hidden className="size-3.5" />
        {text.access.rules.edit}
      </Link>
    </Button>
  );
}

function NoRules({ projectId }: { projectId: string }) {
  return (
    <Callout
      title={words.noRules}
      actions={
        <Button asChild size="sm">
          <Link to="/projects/$projectId/access/new" params={{ projectId }}>
            <Plus aria-hidden className="size-3.5" />
            {text.access.rules.add}
          </Link>
        </Button>
      }
    />
  );
}

function SkeletonVerdict() {
  return (
    <div role="status" aria-busy aria-label={text.ui.loading} className="space-y-5">
      <Skeleton className="h-24 w-full rounded-xl" />
      <Skeleton className="h-40 w-full rounded-xl" />
    </div>
  );
}
