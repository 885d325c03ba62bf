import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Users } from "lucide-react";

import { usersQuery } from "./api";
import { UserName } from "./user-link";
import type { UserRow } from "@/api/contract";
import { useProject } from "@/api/projects";
import { isNoRefusal } from "@/api/query-client";
import { number, plural, text } from "@/text";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { rowLinkStyle } from "@/ui/link-style";
import { SearchListPage } from "@/ui/search-list-page";
import type { Column } from "@/ui/table";
import { Time } from "@/ui/time";

const words = text.users;

export function UsersPage() {
  const project = useProject();
  const search = useSearch({ from: "/shell/projects/$projectId/users" });
  const users = useQuery({ ...usersQuery(project.id, search), throwOnError: isNoRefusal });
  return (
    <SearchListPage
      words={words}
      place={project.name}
      search={search}
      query={users}
      rowsOf={(page) => page.users}
      columns={columnsOf(project.id)}
      none={<NoUsers projectId={project.id} />}
    />
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
      isWideOnly: true,
      cell: (row) => <span className="tabular-nums">{number(row.threads)}</span>,
    },
    {
      key: "firstSeen",
      header: words.columns.firstSeen,
      align: "end",
      isWideOnly: true,
      cell: (row) => <Time at={row.first_seen_at} show="date" />,
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

function Name({ row, projectId }: { row: UserRow; projectId: string }) {
  return (
    <span className="block min-w-0 max-md:flex-1">
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <Link
          to="/projects/$projectId/users/$userId"
          params={{ projectId, userId: row.id }}
          data-row-link
          className={`${rowLinkStyle} [overflow-wrap:anywhere]`}
        >
          <UserName id={row.id} name={row.display_name} />
        </Link>
        {row.is_anonymous && <Badge>{words.anonymous}</Badge>}
      </span>
      {row.display_name !== null && (
        <span className="block font-mono text-xs [overflow-wrap:anywhere] text-faint">{row.id}</span>
      )}
      <span className="mt-0.5 block text-[13px] text-soft md:hidden">
        {plural(row.threads, words.workspaces.threads)} <span aria-hidden>·</span>{" "}
        <Time at={row.last_active_at} />
      </span>
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
