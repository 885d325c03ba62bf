import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import type { ReactNode } from "react";

import { MatchSnippet } from "./match-snippet";
import { threadName } from "./name";
import { RunBadge } from "./run-badge";
import { Thumbs } from "./thumbs";
import { useProjectId } from "@/api/projects";
import type { ThreadRow } from "@/api/contract";
import { UserLink, UserName } from "@/features/users/user-link";
import { fill, number, plural, text } from "@/text";
import { Badge } from "@/ui/badge";
import { rowLinkStyle } from "@/ui/link-style";
import { type Column, Table } from "@/ui/table";
import { Time } from "@/ui/time";

interface ThreadsTableProps {
  /** Undefined while they load. */
  rows: ThreadRow[] | undefined;
  empty: ReactNode;
  isStale?: boolean;
  /** Leaves out what is the same in all rows. */
  without?: "user" | "workspace";
  skeletonRows?: number;
}

/** Threads, each a link to its page. */
export function ThreadsTable({ rows, empty, isStale = false, without, skeletonRows = 8 }: ThreadsTableProps) {
  const projectId = useProjectId();
  return (
    <Table
      label={text.threads.title}
      columns={columnsOf(projectId).filter((column) => column.key !== without)}
      rows={rows}
      rowKey={(row) => row.id}
      empty={empty}
      isStale={isStale}
      skeletonRows={skeletonRows}
    />
  );
}

function columnsOf(projectId: string): Column<ThreadRow>[] {
  const words = text.threads.columns;
  return [
    {
      key: "title",
      header: words.title,
      isRowHeader: true,
      className: "md:w-1/2",
      cell: (row) => <Title row={row} projectId={projectId} />,
    },
    {
      key: "user",
      header: words.user,
      className: "md:max-w-48",
      isWideOnly: true,
      cell: (row) => <UserLink id={row.created_by} name={row.created_by_name} className={innerLink} />,
    },
    {
      key: "workspace",
      header: words.workspace,
      className: "md:max-w-40",
      isWideOnly: true,
      cell: (row) => (
        <Link
          to="/projects/$projectId/workspaces/$workspaceId"
          params={{ projectId, workspaceId: row.workspace_id }}
          title={row.workspace_id}
          className={clsx(innerLink, "rounded-sm font-mono text-[13px]")}
        >
          {row.workspace_id}
        </Link>
      ),
    },
    {
      key: "messages",
      header: words.messages,
      align: "end",
      isWideOnly: true,
      cell: (row) => <span className="tabular-nums">{writtenCount(row)}</span>,
    },
    {
      key: "thumbs",
      header: words.thumbs,
      isWideOnly: true,
      cell: (row) => <Thumbs up={row.thumbs_up} down={row.thumbs_down} />,
    },
    {
      key: "updated",
      header: words.updated,
      align: "end",
      isWideOnly: true,
      cell: (row) => <Time at={row.last_message_at} />,
    },
  ];
}

// The server counts no further.
const countedMost = 1000;

function writtenCount({ message_count: count }: ThreadRow): string {
  return count < countedMost ? number(count) : fill(text.threads.orMore, { count: number(count) });
}

// Above the link that fills the row.
const innerLink = "relative z-1 block min-w-0 truncate text-soft hover:text-ink hover:underline";

function Title({ row, projectId }: { row: ThreadRow; projectId: string }) {
  const found = row.match?.message_id ?? undefined;
  const name = threadName(row);
  return (
    <span className="block min-w-0 max-md:flex-1">
      <span className="flex min-w-0 items-center gap-2">
        <Link
          to="/projects/$projectId/threads/$threadId"
          params={{ projectId, threadId: row.id }}
          search={found === undefined ? {} : { message: found }}
          data-row-link
          className={clsx(rowLinkStyle, "line-clamp-1 [overflow-wrap:anywhere] md:line-clamp-2")}
        >
          {name ?? <span className="pr-1 font-normal text-faint italic">{text.threads.untitled}</span>}
        </Link>
        {row.is_archived && <Badge>{text.threads.archived}</Badge>}
        <RunBadge run={row.run} />
      </span>
      {row.match && <MatchSnippet match={row.match} />}
      <Summary row={row} />
    </span>
  );
}

/** What the other columns tell, in one line for narrow screens. */
function Summary({ row }: { row: ThreadRow }) {
  return (
    <span className="mt-0.5 flex min-w-0 items-baseline gap-1.5 text-[13px] text-soft md:hidden">
      <span className="truncate">
        <UserName id={row.created_by} name={row.created_by_name} />
      </span>
      <span aria-hidden>·</span>
      <span className="shrink-0">
        {fill(plural(row.message_count, text.threads.messages), { count: writtenCount(row) })}
      </span>
      <span aria-hidden>·</span>
      <span className="shrink-0">
        <Time at={row.last_message_at} />
      </span>
      {row.thumbs_up + row.thumbs_down > 0 && (
        <span className="shrink-0 self-center">
          <Thumbs up={row.thumbs_up} down={row.thumbs_down} />
        </span>
      )}
    </span>
  );
}
