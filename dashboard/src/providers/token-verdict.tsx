import clsx from "clsx";
import { CircleCheck, CircleMinus, CircleX } from "lucide-react";
import type { ReactNode } from "react";

import type { Explanation, Identity, Moment, Problem, RuleOutcome, Unverified } from "@/api/contract";
import { fill, text } from "@/text";
import { Badge } from "@/ui/badge";
import { Callout } from "@/ui/callout";
import { type Fact, Facts } from "@/ui/facts";
import { Time } from "@/ui/time";
import { Tooltip } from "@/ui/tooltip";

const words = text.providers.verdict;

interface TokenVerdictProps {
  explanation: Explanation;
  /** Shows what the token says, too; not where that stands beside it. */
  hasClaims?: boolean;
  /** What can be done about a rule. */
  ruleAction?: (rule: RuleOutcome) => ReactNode;
}

/** What would become of a request with a token: who the caller is, or why not, rule by rule. */
export function TokenVerdict({ explanation, hasClaims = true, ruleAction }: TokenVerdictProps) {
  const accepting = explanation.rules.find((rule) => rule.identity !== null && rule.decides);
  return (
    <div className="space-y-5">
      <div role="status">
        {explanation.is_accepted ? (
          <Callout tone="ok" title={words.accepted}>
            {accepting && fill(words.acceptedBy, { rule: accepting.name })}
            {accepting?.identity && <IdentityFacts identity={accepting.identity} />}
          </Callout>
        ) : (
          <Refusal explanation={explanation} />
        )}
      </div>
      {explanation.rules.length > 0 && (
        <Part title={words.rules}>
          <ul className="divide-y divide-line">
            {explanation.rules.map((rule) => (
              <RuleItem key={rule.id} rule={rule} action={ruleAction?.(rule)} />
            ))}
          </ul>
        </Part>
      )}
      {hasClaims && explanation.unverified && <Claims unverified={explanation.unverified} />}
    </div>
  );
}

function Refusal({ explanation: { problem } }: { explanation: Explanation }) {
  // A workspace token of this instance: rules are for other tokens.
  if (problem?.error === "") {
    return (
      <Callout title={words.needsNoRule}>
        <ProblemFacts problem={problem} />
      </Callout>
    );
  }
  return (
    <Callout tone="warn" title={words.refused}>
      {problem ? words.refusedBefore : words.refusedByAll}
      {problem && <ProblemFacts problem={problem} />}
    </Callout>
  );
}

function RuleItem({ rule, action }: { rule: RuleOutcome; action: ReactNode }) {
  return (
    <li className="flex gap-3 px-4 py-3">
      <Sign rule={rule} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {rule.name}
          {rule.decides && (
            <Tooltip content={words.decidesAbout}>
              <button type="button" className="rounded-md">
                <Badge tone={rule.identity ? "ok" : "warn"}>{words.decides}</Badge>
              </button>
            </Tooltip>
          )}
        </p>
        {rule.problem && <ProblemFacts problem={rule.problem} />}
        {rule.identity && <IdentityFacts identity={rule.identity} />}
      </div>
      {action}
    </li>
  );
}

function Sign({ rule }: { rule: RuleOutcome }) {
  const look = "mt-0.5 size-4 shrink-0";
  if (rule.identity) return <CircleCheck aria-hidden className={clsx(look, "text-ok-ink")} />;
  if (rule.decides) return <CircleX aria-hidden className={clsx(look, "text-danger-ink")} />;
  return <CircleMinus aria-hidden className={clsx(look, "text-faint")} />;
}

function ProblemFacts({ problem }: { problem: Problem }) {
  const items: Fact[] = [
    { label: words.found, value: <span className="block first-letter:uppercase">{problem.found}</span> },
    {
      label: words.remedy,
      value: <strong className="block font-medium text-ink first-letter:uppercase">{problem.remedy}</strong>,
    },
  ];
  if (problem.error !== "") items.push({ label: words.answered, value: <Code>{problem.error}</Code> });
  return (
    <div className="mt-2 text-[13px]">
      <Facts items={items} />
    </div>
  );
}

function IdentityFacts({ identity }: { identity: Identity }) {
  const items: Fact[] = [
    { label: words.user, value: <Code>{identity.user_id}</Code> },
    { label: words.workspace, value: <Code>{identity.workspace_id}</Code> },
  ];
  if (identity.name !== null) items.push({ label: words.displayName, value: <>{identity.name}</> });
  return (
    <div className="mt-2 text-[13px] text-ink">
      <Facts items={items} />
    </div>
  );
}

function Claims({ unverified }: { unverified: Unverified }) {
  const written = (["iss", "aud", "sub"] as const).map((name) => fact(words.claim[name], unverified[name]));
  const times = (["issued", "not_before", "expires"] as const).map((name) => ({
    label: words.claim[name],
    value: <MomentValue moment={unverified[name]} />,
  }));
  const header = (["alg", "kid", "typ"] as const).map((name) => fact(words.claim[name], unverified[name]));
  const names = {
    label: words.otherClaims,
    value: <Code>{unverified.claims.join(", ")}</Code>,
  };
  return (
    <Part title={words.claims} description={words.unverified}>
      <div className="px-4 py-3 text-[13px]">
        <Facts items={[...written, ...times, ...header, names]} />
      </div>
    </Part>
  );
}

function MomentValue({ moment }: { moment: Moment | null }) {
  if (!moment) return <Missing />;
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      <Time at={moment.at} show="full" />
      <span className="font-mono text-xs text-faint">{moment.seconds}</span>
    </span>
  );
}

function fact(label: string, value: unknown): Fact {
  return {
    label,
    value: value === null || value === undefined ? <Missing /> : <Code>{written(value)}</Code>,
  };
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Missing() {
  return <span className="text-faint">{words.missing}</span>;
}

function Code({ children }: { children: string }) {
  return <code className="font-mono text-[13px] break-all">{children}</code>;
}

function Part({
  title,
  description,
  children,
}: {
  title: string;
  description?: string;
  children: ReactNode;
}) {
  return (
    <section className="overflow-hidden rounded-xl border border-line">
      <div className="border-b border-line bg-sunken/60 px-4 py-2.5">
        <h2 className="font-medium">{title}</h2>
        {description && <p className="text-[13px] text-soft">{description}</p>}
      </div>
      {children}
    </section>
  );
}
