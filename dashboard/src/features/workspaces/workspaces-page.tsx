import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { FolderTree, SearchX } from "lucide-react";

import { workspacesQuery } from "./api";
import type { WorkspaceRow } from "@/api/contract";
import { useProject } from "@/api/projects";
import { useSearchText } from "@/routing/use-search-text";
import { number, text } from "@/text";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { SearchInput } from "@/ui/input";
import { rowLinkStyle } from "@/ui/link-style";
import { Page, PageHeader } from "@/ui/page";
import { Pager } from "@/ui/pager";
import { type Column, Table } from "@/ui/table";
import { Time } from "@/ui/time";

const words = text.workspaces;

export function WorkspacesPage() {
  const project = useProject();
  const search = useSearch({ from: "/shell/projects/$projectId/workspaces" });
  const navigate = useNavigate({ from: "/projects/$projectId/workspaces" });
  const workspaces = useQuery(workspacesQuery(project.id, search));
  const [typed, setTyped] = useSearchText(search.search, (found) => {
    void navigate({ search: { search: found }, replace: search.search !== undefined });
  });
  return (
    <Page>
      <PageHeader title={words.title} place={project.name} description={words.description} />
      <SearchInput label={words.search} value={typed} onChange={setTyped} className="mb-4" />
      <Card isFlush>
        <Table
          label={words.title}
          columns={columnsOf(project.id)}
          rows={workspaces.data?.workspaces}
          rowKey={(row) => row.id}
          isStale={workspaces.isPlaceholderData}
          skeletonRows={8}
          empty={
            search.search === undefined && search.pages === undefined ? (
              <NoWorkspaces projectId={project.id} />
            ) : (
              <NothingFound />
            )
          }
        />
        <Pager pages={search.pages} next={workspaces.data?.next_cursor} />
      </Card>
    </Page>
  );
}

function columnsOf(projectId: string): Column<WorkspaceRow>[] {
  return [
    {
      key: "id",
      header: words.columns.id,
      isRowHeader: true,
      cell: (row) => (
        <Link
          to="/projects/$projectId/workspaces/$workspaceId"
          params={{ projectId, workspaceId: row.id }}
          data-row-link
          className={clsx(rowLinkStyle, "font-mono text-[13px] [overflow-wrap:anywhere]")}
        >
          {row.id}
        </Link>
      ),
    },
    {
      key: "createdBy",
      header: words.columns.createdBy,
      className: "md:max-w-56",
      cell: (row) => (
        <Link
          to="/projects/$projectId/users/$userId"
          params={{ projectId, userId: row.created_by }}
          className="relative z-1 block min-w-0 truncate rounded-sm font-mono text-[13px] text-soft hover:text-ink hover:underline"
        >
          {row.created_by}
        </Link>
      ),
    },
    {
      key: "threads",
      header: words.columns.threads,
      align: "end",
      cell: (row) => <span className="tabular-nums">{number(row.threads)}</span>,
    },
    {
      key: "created",
      header: words.columns.created,
      align: "end",
      cell: (row) => <Time at={row.created_at} show="date" />,
    },
    {
      key: "lastActive",
      header: words.columns.lastActive,
      align: "end",
      cell: (row) => <Time at={row.last_active_at} />,
    },
  ];
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

function NothingFound() {
  return (
    <EmptyState
      icon={<SearchX />}
      title={words.noMatchTitle}
      actions={
        <Button asChild>
          <Link to="." search={{}}>
            {text.ui.clear}
          </Link>
        </Button>
      }
    >
      {words.noMatch}
    </EmptyState>
  );
}
