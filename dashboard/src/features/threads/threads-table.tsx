import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import type { ReactNode } from "react";

import { MatchSnippet } from "./match-snippet";
import { RunBadge } from "./run-badge";
import { Thumbs } from "./thumbs";
import type { RunState } from "./transcript/run";
import { useProjectId } from "@/api/projects";
import type { ThreadRow } from "@/api/contract";
import { text } from "@/text";
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
      cell: (row) => (
        <Link
          to="/projects/$projectId/users/$userId"
          params={{ projectId, userId: row.created_by }}
          title={row.created_by}
          className={clsx(innerLink, row.created_by_name === null && "font-mono text-[13px]")}
        >
          {row.created_by_name ?? row.created_by}
        </Link>
      ),
    },
    {
      key: "workspace",
      header: words.workspace,
      className: "md:max-w-40",
      cell: (row) => (
        <Link
          to="/projects/$projectId/workspaces/$workspaceId"
          params={{ projectId, workspaceId: row.workspace_id }}
          title={row.workspace_id}
          className={clsx(innerLink, "font-mono text-[13px]")}
        >
          {row.workspace_id}
        </Link>
      ),
    },
    {
      key: "thumbs",
      header: words.thumbs,
      isBlank: (row) => row.thumbs_up === 0 && row.thumbs_down === 0,
      cell: (row) => <Thumbs up={row.thumbs_up} down={row.thumbs_down} />,
    },
    {
      key: "updated",
      header: words.updated,
      align: "end",
      cell: (row) => <Time at={row.last_message_at} />,
    },
  ];
}

// Above the link that fills the row.
const innerLink = "relative z-1 block min-w-0 truncate rounded-sm text-soft hover:text-ink hover:underline";

/** A server that knows of runs says how the latest reply fares. */
type RunningRow = ThreadRow & { run?: RunState | null };

function Title({ row, projectId }: { row: RunningRow; projectId: string }) {
  const found = row.match?.message_id ?? undefined;
  return (
    <span className="block min-w-0">
      <span className="flex min-w-0 items-center gap-2">
        <Link
          to="/projects/$projectId/threads/$threadId"
          params={{ projectId, threadId: row.id }}
          search={found === undefined ? {} : { message: found }}
          data-row-link
          className={clsx(rowLinkStyle, "line-clamp-2 [overflow-wrap:anywhere]")}
        >
          {row.title === null || row.title.trim() === "" ? (
            <span className="pr-1 font-normal text-faint italic">{text.threads.untitled}</span>
          ) : (
            row.title
          )}
        </Link>
        {row.is_archived && <Badge>{text.threads.archived}</Badge>}
        <RunBadge run={row.run} />
      </span>
      {row.match && <MatchSnippet match={row.match} />}
    </span>
  );
}
