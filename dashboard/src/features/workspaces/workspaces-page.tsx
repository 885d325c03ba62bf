import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { FolderTree } from "lucide-react";

import { workspacesQuery } from "./api";
import type { WorkspaceRow } from "@/api/contract";
import { useProject } from "@/api/projects";
import { isNoRefusal } from "@/api/query-client";
import { UserLink, UserName } from "@/features/users/user-link";
import { number, plural, text } from "@/text";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { rowLinkStyle } from "@/ui/link-style";
import { SearchListPage } from "@/ui/search-list-page";
import type { Column } from "@/ui/table";
import { Time } from "@/ui/time";

const words = text.workspaces;

export function WorkspacesPage() {
  const project = useProject();
  const search = useSearch({ from: "/shell/projects/$projectId/workspaces" });
  const workspaces = useQuery({ ...workspacesQuery(project.id, search), throwOnError: isNoRefusal });
  return (
    <SearchListPage
      words={words}
      place={project.name}
      search={search}
      query={workspaces}
      rowsOf={(page) => page.workspaces}
      columns={columnsOf(project.id)}
      none={<NoWorkspaces projectId={project.id} />}
    />
  );
}

function columnsOf(projectId: string): Column<WorkspaceRow>[] {
  return [
    {
      key: "id",
      header: words.columns.id,
      isRowHeader: true,
      cell: (row) => <Name row={row} projectId={projectId} />,
    },
    {
      key: "createdBy",
      header: words.columns.createdBy,
      className: "md:max-w-56",
      isWideOnly: true,
      cell: (row) => (
        <UserLink
          id={row.created_by}
          name={row.created_by_name}
          className="relative z-1 block min-w-0 truncate text-soft hover:text-ink hover:underline"
        />
      ),
    },
    {
      key: "threads",
      header: words.columns.threads,
      align: "end",
      isWideOnly: true,
      cell: (row) => <span className="tabular-nums">{number(row.threads)}</span>,
    },
    {
      key: "created",
      header: words.columns.created,
      align: "end",
      isWideOnly: true,
      cell: (row) => <Time at={row.created_at} show="date" />,
    },
    {
      key: "lastActive",
      header: words.columns.lastActive,
      align: "end",
      isWideOnly: true,
      cell: (row) => <Time at={row.last_active_at} />,
    },
  ];
}

function Name({ row, projectId }: { row: WorkspaceRow; projectId: string }) {
  return (
    <span className="block min-w-0 max-md:flex-1">
      <Link
        to="/projects/$projectId/workspaces/$workspaceId"
        params={{ projectId, workspaceId: row.id }}
        data-row-link
        className={clsx(rowLinkStyle, "font-mono text-[13px] [overflow-wrap:anywhere]")}
      >
        {row.id}
      </Link>
      <span className="mt-0.5 flex min-w-0 items-baseline gap-1.5 text-[13px] text-soft md:hidden">
        <span className="truncate">
          <UserName id={row.created_by} name={row.created_by_name} />
        </span>
        <span aria-hidden>·</span>
        <span className="shrink-0">{plural(row.threads, text.users.workspaces.threads)}</span>
        <span aria-hidden>·</span>
        <span className="shrink-0">
          <Time at={row.last_active_at} />
        </span>
      </span>
    </span>
  );
}

function NoWorkspaces({ projectId }: { projectId: string }) {
  return (
    <EmptyState
      icon={<FolderTree />}
      title={words.noneTitle}
      actions={
        <Button asChild look="primary">
          <Link to="/projects/$projectId/playground" params={{ projectId }}>
            {text.threads.openPlayground}
          </Link>
        </Button>
      }
    >
      {words.none}
    </EmptyState>
  );
}
