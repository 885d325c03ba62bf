import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { CircleCheck, SquareTerminal } from "lucide-react";
import { useState } from "react";

import { type Erased, userQuery } from "./api";
import { EraseUser } from "./erase-user";
import type { UserDetail } from "@/api/contract";
import { useProject } from "@/api/projects";
import { LatestThreads } from "@/features/threads/latest-threads";
import { fill, number, plural, text } from "@/text";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { CopyLine } from "@/ui/code-block";
import { EmptyState } from "@/ui/empty-state";
import { Facts } from "@/ui/facts";
import { linkStyle } from "@/ui/link-style";
import { BackLabel, Page, PageHeader } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Time } from "@/ui/time";

const words = text.users;

export function UserPage() {
  const { userId } = useParams({ from: "/shell/projects/$projectId/users/$userId" });
  return <User key={userId} userId={userId} />;
}

function User({ userId }: { userId: string }) {
  const project = useProject();
  const queryClient = useQueryClient();
  const [erased, setErased] = useState<Erased>();
  const { data: user } = useQuery({ ...userQuery(project.id, userId), enabled: erased === undefined });
  if (erased) return <Gone userId={userId} erased={erased} projectId={project.id} />;

  const finish = (result: Erased) => {
    setErased(result);
    for (const kind of ["user", "users", "thread", "threads", "workspaces", "workspace"])
      queryClient.removeQueries({ queryKey: ["project", project.id, kind], type: "inactive" });
  };
  return (
    <Page>
      <PageHeader
        title={user?.display_name ?? userId}
        place={project.name}
        heading={user && <Heading user={user} />}
        back={
          <Link to="/projects/$projectId/users" params={{ projectId: project.id }}>
            <BackLabel>{words.title}</BackLabel>
          </Link>
        }
        actions={
          <>
            <Button asChild>
              <Link
                to="/projects/$projectId/playground"
                params={{ projectId: project.id }}
                search={{ user: userId, workspace: user?.workspaces[0]?.id ?? userId }}
              >
                <SquareTerminal aria-hidden className="size-4" />
                {words.tryAs}
              </Link>
            </Button>
            <EraseUser userId={userId} onErased={finish} />
          </>
        }
      />
      <div className="space-y-6">
        <div className="grid gap-6 lg:grid-cols-2">
          <Card title={words.user}>{user ? <UserFacts user={user} /> : <Skeleton className="h-40" />}</Card>
          <Card title={words.workspaces.title} description={words.workspaces.description} isFlush>
            {user ? <Workspaces user={user} projectId={project.id} /> : <Skeleton className="m-5 h-24" />}
          </Card>
        </div>
        <LatestThreads filter={{ user: userId }} total={user?.threads} words={words.latest} />
      </div>
    </Page>
  );
}

function Heading({ user }: { user: UserDetail }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-2.5">
      {user.display_name ?? user.id}
      {user.is_anonymous && <Badge>{words.anonymous}</Badge>}
    </span>
  );
}

function UserFacts({ user }: { user: UserDetail }) {
  return (
    <Facts
      items={[
        { label: words.details.id, value: <CopyLine value={user.id} what={words.details.id} /> },
        {
          label: words.details.name,
          value: user.display_name ?? <span className="text-faint">{words.details.noName}</span>,
        },
        { label: words.details.threads, value: number(user.threads) },
        { label: words.details.firstSeen, value: <Time at={user.first_seen_at} show="full" /> },
        { label: words.details.lastActive, value: <Time at={user.last_active_at} show="full" /> },
      ]}
    />
  );
}

function Workspaces({ user, projectId }: { user: UserDetail; projectId: string }) {
  if (user.workspaces.length === 0) return <p className="px-5 py-4 text-faint">{words.workspaces.none}</p>;
  return (
    <ul className="max-h-72 divide-y divide-line overflow-y-auto">
      {user.workspaces.map((workspace) => (
        <li key={workspace.id} className="flex items-center justify-between gap-4 px-5 py-2.5">
          <Link
            to="/projects/$projectId/workspaces/$workspaceId"
            params={{ projectId, workspaceId: workspace.id }}
            className={linkStyle}
          >
            <span className="font-mono text-[13px] [overflow-wrap:anywhere]">{workspace.id}</span>
          </Link>
          <Link
            to="/projects/$projectId/threads"
            params={{ projectId }}
            search={{ user: user.id, workspace: workspace.id }}
            className="shrink-0 rounded-sm text-[13px] text-soft hover:text-ink hover:underline"
          >
            {plural(workspace.threads, words.workspaces.threads)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Gone({ userId, erased, projectId }: { userId: string; erased: Erased; projectId: string }) {
  return (
    <Page>
      <div role="status">
        <EmptyState
          isPage
          icon={<CircleCheck />}
          title={words.erase.done}
          actions={
            <Button asChild look="primary">
              <Link to="/projects/$projectId/users" params={{ projectId }}>
                {words.erase.back}
              </Link>
            </Button>
          }
        >
          {fill(words.erase.result, {
            user: userId,
            threads: plural(erased.threads, words.erase.resultThreads),
            runs: plural(erased.runs, words.erase.resultRuns),
          })}
        </EmptyState>
      </div>
    </Page>
  );
}
