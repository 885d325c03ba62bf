import { useMutation } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleDashed, RefreshCw } from "lucide-react";
import type { ReactNode } from "react";

import { useKeepRule } from "./queries";
import { api, path } from "@/api/client";
import type { KeySetHealth, RuleView } from "@/api/contract";
import { messageOf } from "@/api/error";
import { fill, fillNodes, plural, text } from "@/text";
import { Button } from "@/ui/button";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";

const words = text.access.keySet;

/** How the keys of a rule fare, and a way to fetch them now. */
export function KeySetStatus({ rule, projectId }: { rule: RuleView; projectId: string }) {
  if (rule.key_set === null) {
    return (
      <Line tone="neutral" title={words.secret}>
        {words.secretNote}
      </Line>
    );
  }
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-56 space-y-1">
        <Health health={rule.key_set} />
      </div>
      <FetchNow rule={rule} projectId={projectId} />
    </div>
  );
}

function Health({ health }: { health: KeySetHealth }) {
  const others = health.skipped_keys > 0 && (
    <span className="block text-[13px] text-faint">{plural(health.skipped_keys, words.skipped)}</span>
  );
  if (health.has_private_keys) return <Line tone="danger" title={words.privateKeys} />;
  if (health.error !== null) {
    const failed = {
      when: <Time at={health.failed_at} />,
      error: health.error,
    };
    return (
      <Line tone="danger" title={fillNodes(words.failed, failed)}>
        {health.keys.length > 0
          ? fillNodes(plural(health.keys.length, words.stillUsed), {
              when: <Time at={health.fetched_at} />,
            })
          : words.nothingUsed}
      </Line>
    );
  }
  if (health.fetched_at === null) {
    return (
      <Line tone="neutral" title={words.waiting}>
        {words.waitingNote}
      </Line>
    );
  }
  if (health.keys.length === 0) {
    return (
      <Line tone="danger" title={words.empty}>
        {others}
      </Line>
    );
  }
  return (
    <Line
      tone="ok"
      title={
        <>
          {plural(health.keys.length, words.keys)}
          <span className="font-normal text-soft">
            {text.access.workspace.separator}
            {fillNodes(words.fetched, {
              when: <Time at={health.fetched_at} />,
            })}
          </span>
        </>
      }
    >
      <KeyIds health={health} />
      {others}
    </Line>
  );
}

function KeyIds({ health }: { health: KeySetHealth }) {
  return (
    <details className="text-[13px]">
      <summary className="w-fit rounded-sm text-faint hover:text-ink">{words.ids}</summary>
      <ul className="mt-1 space-y-0.5">
        {health.keys.map((key) => (
          <li key={key.kid} className="font-mono text-xs break-all">
            {key.kid} <span className="text-faint">{key.kind}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

const signs = {
  ok: <CircleCheck className="text-ok-ink" />,
  danger: <CircleAlert className="text-danger-ink" />,
  neutral: <CircleDashed className="text-faint" />,
};

function Line({
  tone,
  title,
  children,
}: {
  tone: keyof typeof signs;
  title: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className="flex items-start gap-2">
      <span aria-hidden className="mt-[3px] shrink-0 [&>svg]:size-4">
        {signs[tone]}
      </span>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className={tone === "danger" ? "text-danger-ink" : "font-medium"}>{title}</p>
        {children && <div className="text-[13px] text-soft">{children}</div>}
      </div>
    </div>
  );
}

function FetchNow({ rule, projectId }: { rule: RuleView; projectId: string }) {
  const keep = useKeepRule(projectId);
  const fetchKeys = useMutation({
    mutationFn: () => api.post<RuleView>(path`/projects/${projectId}/rules/${rule.id}/fetch-keys`),
    onSuccess: (fetched) => {
      void keep(fetched);
      // A failure stands in the card itself.
      if (fetched.key_set?.error === null) toast.success(fill(words.ok, { name: rule.name }));
    },
    onError: (error) => toast.error(messageOf(error)),
  });
  return (
    <Button
      size="sm"
      icon={<RefreshCw aria-hidden className="size-3.5" />}
      isBusy={fetchKeys.isPending}
      aria-label={fill(words.fetchNamed, { name: rule.name })}
      onClick={() => fetchKeys.mutate()}
    >
      {words.fetch}
    </Button>
  );
}
