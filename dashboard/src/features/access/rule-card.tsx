import { Link } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import type { ReactNode } from "react";

import { KeySetStatus } from "./key-set-status";
import { workspaceWords } from "./workspace-words";
import type { RuleView } from "@/api/contract";
import { ProviderLogo } from "@/providers/provider-logo";
import { fill, fillNodes, text } from "@/text";
import { Button, IconButton } from "@/ui/button";
import type { Fact } from "@/ui/facts";

const words = text.access.rules;

interface RuleCardProps {
  rule: RuleView;
  projectId: string;
  /** The provider's name. */
  provider: string;
  /** Its place in the order, from 1. */
  order: number;
  /** What to know about this rule in particular. */
  warnings: string[];
  onRemove: () => void;
}

/** An auth rule: whose tokens it accepts, what it reads from them, and how its keys fare. */
export function RuleCard({ rule, projectId, provider, order, warnings, onRemove }: RuleCardProps) {
  return (
    <li className="rounded-xl border border-line bg-surface shadow-card">
      <div className="flex items-center gap-3.5 px-5 pt-4">
        <span className="grid size-10 shrink-0 place-items-center rounded-lg border border-line bg-canvas">
          <ProviderLogo provider={rule.provider} size={22} />
        </span>
        <div className="min-w-0 flex-1">
          <h3 className="font-semibold [overflow-wrap:anywhere]">{rule.name}</h3>
          <p className="text-[13px] text-faint">
            {provider === rule.name ? fill(words.order, { order }) : fill(words.orderOf, { provider, order })}
          </p>
        </div>
        <div className="flex shrink-0 items-center gap-1">
          <Button asChild size="sm">
            <Link
              to="/projects/$projectId/access/rules/$ruleId"
              params={{ projectId, ruleId: rule.id }}
              aria-label={fill(words.editNamed, { name: rule.name })}
            >
              <Pencil aria-hidden className="size-3.5" />
              {words.edit}
            </Link>
          </Button>
          <IconButton
            size="sm"
            label={fill(words.removeNamed, { name: rule.name })}
            icon={<Trash2 aria-hidden className="size-4" />}
            onClick={onRemove}
          />
        </div>
      </div>
      <div className="px-5 pt-3 pb-4">
        <FactGrid facts={factsOf(rule)} />
        {warnings.length > 0 && <RuleWarnings warnings={warnings} />}
      </div>
      <div className="rounded-b-xl border-t border-line bg-sunken/50 px-5 py-3">
        <KeySetStatus rule={rule} projectId={projectId} />
      </div>
    </li>
  );
}

/** Side by side where there is room: cards are compared, not read. */
function FactGrid({ facts }: { facts: Fact[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
      {facts.map((fact) => (
        <div key={fact.label} className="min-w-0">
          <dt className="text-[13px] text-faint">{fact.label}</dt>
          <dd className="[overflow-wrap:anywhere]">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function RuleWarnings({ warnings }: { warnings: string[] }) {
  return (
    <ul
      aria-label={words.warnings}
      className="mt-3 list-disc space-y-1 border-t border-line pt-3 pl-4 text-[13px] text-warn-ink"
    >
      {warnings.map((warning) => (
        <li key={warning} className="[overflow-wrap:anywhere]">
          {warning}
        </li>
      ))}
    </ul>
  );
}

function factsOf(rule: RuleView): Fact[] {
  const facts: Fact[] = [
    {
      label: words.issuer,
      value: rule.issuer === null ? words.anyIssuer : <Code>{rule.issuer}</Code>,
    },
    { label: words.audience, value: audienceOf(rule) },
    { label: words.workspace, value: <Workspace rule={rule} /> },
  ];
  if (rule.user_claim !== "sub" || rule.user_prefix !== null)
    facts.push({ label: words.user, value: userOf(rule) });
  if (rule.name_claim !== null) facts.push({ label: words.name, value: <Code>{rule.name_claim}</Code> });
  if (rule.conditions.length > 0) {
    facts.push({
      label: words.conditions,
      value: (
        <ul>
          {rule.conditions.map((condition) => (
            <li key={condition}>
              <Code>{condition}</Code>
            </li>
          ))}
        </ul>
      ),
    });
  }
  return facts;
}

function audienceOf(rule: RuleView): ReactNode {
  if (rule.audience === null) return words.anyAudience;
  const audience = <Code>{rule.audience}</Code>;
  if (rule.audience_claim === "aud") return audience;
  return fillNodes(words.audienceIn, {
    audience,
    claim: <Code>{rule.audience_claim}</Code>,
  });
}

function userOf(rule: RuleView): ReactNode {
  const claim = <Code>{rule.user_claim}</Code>;
  if (rule.user_prefix === null) return fillNodes(words.userOf, { claim });
  return fillNodes(words.userPrefixed, {
    claim,
    prefix: <Code>{rule.user_prefix}</Code>,
  });
}

function Workspace({ rule }: { rule: RuleView }) {
  const { rule: sentence, fallback } = workspaceWords(rule);
  return (
    <>
      {sentence}
      {fallback && <span className="block text-[13px] text-faint">{fallback}</span>}
    </>
  );
}

function Code({ children }: { children: string }) {
  return <code className="font-mono text-[13px] break-all">{children}</code>;
}
