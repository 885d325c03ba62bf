import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { SearchX, Users } from "lucide-react";

import { usersQuery } from "./api";
import type { UserRow } from "@/api/contract";
import { useProject } from "@/api/projects";
import { useSearchText } from "@/routing/use-search-text";
import { number, text } from "@/text";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { SearchInput } from "@/ui/input";
import { rowLinkStyle } from "@/ui/link-style";
import { Page, PageHeader } from "@/ui/page";
import { Pager } from "@/ui/pager";
import { type Column, Table } from "@/ui/table";
import { Time } from "@/ui/time";

const words = text.users;

export function UsersPage() {
  const project = useProject();
  const search = useSearch({ from: "/shell/projects/$projectId/users" });
  const navigate = useNavigate({ from: "/projects/$projectId/users" });
  const users = useQuery(usersQuery(project.id, search));
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
          rows={users.data?.users}
          rowKey={(row) => row.id}
          isStale={users.isPlaceholderData}
          skeletonRows={8}
          empty={
            search.search === undefined && search.pages === undefined ? (
              <NoUsers projectId={project.id} />
            ) : (
              <NothingFound />
            )
          }
        />
        <Pager pages={search.pages} next={users.data?.next_cursor} />
      </Card>
    </Page>
  );
}

function columnsOf(projectId: string): Column<UserRow>[] {
  return [
    {
      key: "user",
      header: words.columns.user,
      isRowHeader: true,
      className: "md:w-1/2",
      cell: (row) => <Name row={row} projectId={projectId} />,
    },
    {
      key: "threads",
      header: words.columns.threads,
      align: "end",
      cell: (row) => <span className="tabular-nums">{number(row.threads)}</span>,
    },
    {
      key: "firstSeen",
      header: words.columns.firstSeen,
      align: "end",
      cell: (row) => <Time at={row.first_seen_at} show="date" />,
    },
    {
      key: "lastActive",
      header: words.columns.lastActive,
      align: "end",
      cell: (row) => <Time at={row.last_active_at} />,
    },
  ];
}

function Name({ row, projectId }: { row: UserRow; projectId: string }) {
  return (
    <span className="block min-w-0">
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <Link
          to="/projects/$projectId/users/$userId"
          params={{ projectId, userId: row.id }}
          data-row-link
          className={clsx(
            rowLinkStyle,
            "[overflow-wrap:anywhere]",
            row.display_name === null && "font-mono text-[13px]",
          )}
        >
          {row.display_name ?? row.id}
        </Link>
        {row.is_anonymous && <Badge>{words.anonymous}</Badge>}
      </span>
      {row.display_name !== null && (
        <span className="block font-mono text-xs [overflow-wrap:anywhere] text-faint">{row.id}</span>
      )}
    </span>
  );
}

function NoUsers({ projectId }: { projectId: string }) {
  return (
    <EmptyState
      icon={<Users />}
      title={words.noneTitle}
      actions={
        <>
          <Button asChild>
            <Link to="/projects/$projectId/playground" params={{ projectId }}>
              {text.threads.openPlayground}
            </Link>
          </Button>
          <Button asChild look="primary">
            <Link to="/projects/$projectId/onboarding/$step" params={{ projectId, step: "sign-in" }}>
              {text.threads.connect}
            </Link>
          </Button>
        </>
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
