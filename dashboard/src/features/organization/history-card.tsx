import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { actorOf, tell } from "./history";
import { historyQuery } from "./queries";
import { membersQuery } from "@/features/members/queries";
import type { AuditEntryView, MemberView, OrganizationView } from "@/api/contract";
import { messageOf } from "@/api/error";
import { fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Card } from "@/ui/card";
import { Skeleton } from "@/ui/skeleton";
import { Time } from "@/ui/time";

const words = text.organization.history;

/** Who changed what in the organization. */
export function HistoryCard({ organization }: { organization: OrganizationView }) {
  // To call people by name.
  const members = useQuery(membersQuery(organization.id)).data?.members ?? [];
  const history = useInfiniteQuery(historyQuery(organization.id));
  const entries = history.data?.pages.flatMap((page) => page.entries);
  return (
    <Card isFlush title={words.title} description={words.description}>
      {entries && <Entries entries={entries} members={members} />}
      {!entries && history.error && (
        <div className="p-5">
          <Callout
            tone="danger"
            title={words.unavailable}
            actions={
              <Button size="sm" isBusy={history.isFetching} onClick={() => void history.refetch()}>
                {text.ui.retry}
              </Button>
            }
          >
            {messageOf(history.error)}
          </Callout>
        </div>
      )}
      {!entries && !history.error && <Loading />}
      {history.hasNextPage && (
        <div className="border-t border-line px-5 py-3">
          <Button size="sm" isBusy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </Card>
  );
}

function Entries({ entries, members }: { entries: AuditEntryView[]; members: MemberView[] }) {
  if (entries.length === 0) return <p className="px-5 py-6 text-soft">{words.empty}</p>;
  return (
    <ul className="divide-y divide-line">
      {entries.map((entry) => (
        <li
          key={entry.id}
          className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 px-5 py-2.5"
        >
          <Sentence entry={entry} members={members} />
          <span className="shrink-0 text-[13px] text-faint">
            <Time at={entry.created_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

// Of people and things, which stand out from the sentence.
const names = new Set(["actor", "who", "name"]);

function Sentence({ entry, members }: { entry: AuditEntryView; members: MemberView[] }) {
  const { sentence, values } = tell(entry, members);
  const nodes = Object.fromEntries(
    Object.entries({ ...values, actor: actorOf(entry, members) }).map(([name, value]) => [
      name,
      names.has(name) ? <strong className="font-medium text-ink">{value}</strong> : value,
    ]),
  );
  return <p className="min-w-0 [overflow-wrap:anywhere] text-soft">{fillNodes(sentence, nodes)}</p>;
}

function Loading() {
  return (
    <div className="space-y-4 px-5 py-4">
      <Skeleton className="h-3.5 w-2/5" />
      <Skeleton className="h-3.5 w-3/5" />
      <Skeleton className="h-3.5 w-1/2" />
    </div>
  );
}
