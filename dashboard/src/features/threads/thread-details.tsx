import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import type { ReactNode } from "react";

import { JsonBlock } from "./parts/json-block";
import { LongText } from "./parts/long-text";
import { Thumbs } from "./thumbs";
import type { JsonSource } from "./transcript/json-source";
import type { ThreadFacts } from "./transcript/shown";
import { useProjectId } from "@/api/projects";
import { number, text } from "@/text";
import { Badge } from "@/ui/badge";
import { CopyLine } from "@/ui/code-block";
import { linkStyle } from "@/ui/link-style";
import { Time } from "@/ui/time";

const words = text.threads.details;

/** What is known of a thread besides what was said. */
export function ThreadDetails({ thread }: { thread: ThreadFacts }) {
  const projectId = useProjectId();
  return (
    <div className="space-y-5">
      <dl className="grid grid-cols-3 gap-x-3 gap-y-3.5">
        <Fact label={words.id}>
          <CopyLine value={thread.id} what={words.id} />
        </Fact>
        <Fact label={words.externalId}>
          {thread.external_id === null ? (
            <span className="text-faint">{words.none}</span>
          ) : (
            <CopyLine value={thread.external_id} what={words.externalId} />
          )}
        </Fact>
        <Fact label={words.user}>
          <Link
            to="/projects/$projectId/users/$userId"
            params={{ projectId, userId: thread.created_by }}
            className={linkStyle}
          >
            {thread.created_by_name ?? thread.created_by}
          </Link>
          {thread.created_by_name !== null && (
            <span className="block">
              <CopyLine value={thread.created_by} what={text.threads.filters.user} />
            </span>
          )}
        </Fact>
        <Fact label={words.workspace}>
          <Link
            to="/projects/$projectId/workspaces/$workspaceId"
            params={{ projectId, workspaceId: thread.workspace_id }}
            className={linkStyle}
          >
            {thread.workspace_id}
          </Link>
        </Fact>
        <Fact label={words.created}>
          <Time at={thread.created_at} show="full" />
        </Fact>
        <Fact label={words.lastMessage}>
          <Time at={thread.last_message_at} show="full" />
        </Fact>
        <Fact label={words.messages} isShort>
          {number(thread.messages)}
        </Fact>
        <Fact label={words.thumbs} isShort>
          <Thumbs up={thread.thumbs_up} down={thread.thumbs_down} />
        </Fact>
        <Fact label={words.state} isShort>
          {thread.is_archived ? (
            <Badge>{text.threads.archived}</Badge>
          ) : (
            <Badge tone="ok">{words.active}</Badge>
          )}
        </Fact>
      </dl>
      <Ledger metadata={thread.metadata} />
    </div>
  );
}

function Fact({
  label,
  isShort = false,
  children,
}: {
  label: string;
  isShort?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={clsx("min-w-0", !isShort && "col-span-3")}>
      <dt className="text-[13px] text-faint">{label}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

/** What the app wrote down about the thread. */
function Ledger({ metadata }: { metadata: JsonSource | null }) {
  const entries = metadata?.members ?? [];
  return (
    <section className="space-y-2">
      <h2 className="text-[13px] font-medium">{words.metadata}</h2>
      {entries.length === 0 ? (
        <p className="text-[13px] text-faint">{words.noMetadata}</p>
      ) : (
        <dl className="divide-y divide-line overflow-hidden rounded-lg border border-line">
          {entries.map(([name, value]) => (
            <div key={name} className="px-3 py-2">
              <dt className="font-mono text-xs [overflow-wrap:anywhere] text-faint">{name}</dt>
              <dd className="mt-0.5 min-w-0 text-[13px] [overflow-wrap:anywhere]">
                {/^[{[]/.test(value.text) ? (
                  <JsonBlock value={value} label={name} />
                ) : (
                  <LongText text={value.string ?? value.text} />
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
