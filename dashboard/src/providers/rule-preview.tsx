import type { RuleDraft, RuleSettings } from "@/api/contract";
import { text } from "@/text";
import { type Fact, Facts } from "@/ui/facts";

const words = text.providers.form;

/** The rule that is about to be saved, in short, with what to know about it. */
export function RulePreview({
  draft,
  toldWarnings = [],
}: {
  draft: RuleDraft | undefined;
  /** What is said elsewhere. */
  toldWarnings?: readonly string[];
}) {
  return (
    <section
      aria-live="polite"
      aria-label={words.preview}
      className="rounded-xl border border-line bg-sunken/60 px-4 py-3.5"
    >
      <p className="mb-2 text-[13px] font-medium">{words.preview}</p>
      {draft ? (
        <>
          <Facts items={factsOf(draft.settings)} />
          <Warnings warnings={draft.warnings.filter((warning) => !toldWarnings.includes(warning))} />
        </>
      ) : (
        <p className="text-[13px] text-faint">{words.previewWaiting}</p>
      )}
    </section>
  );
}

/** What to know about a rule. */
export function Warnings({ warnings }: { warnings: string[] }) {
  if (warnings.length === 0) return null;
  return (
    <div className="mt-3 border-t border-line pt-3">
      <p className="text-[13px] font-medium">{words.warnings}</p>
      <ul className="mt-1.5 list-disc space-y-1 pl-4 text-[13px] text-soft marker:text-faint">
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </div>
  );
}

function factsOf(settings: RuleSettings) {
  const facts: Fact[] = [
    {
      label: words.issuer,
      value: <Code>{settings.issuer ?? words.anyAudience}</Code>,
    },
    { label: words.keys, value: keysOf(settings) },
    {
      label: words.audience,
      value: settings.audience === null ? words.anyAudience : <Code>{settings.audience}</Code>,
    },
  ];
  if (settings.conditions.length > 0) {
    facts.push({
      label: words.conditions,
      value: <Code>{settings.conditions.join(", ")}</Code>,
    });
  }
  return facts;
}

function keysOf(settings: RuleSettings) {
  if (settings.has_secret) return words.keysBySecret;
  return settings.jwks_url === null ? words.keysByDiscovery : <Code>{settings.jwks_url}</Code>;
}

function Code({ children }: { children: string }) {
  return <code className="font-mono text-[13px] break-all">{children}</code>;
}
