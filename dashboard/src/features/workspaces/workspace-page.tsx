import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";

import { workspaceQuery } from "./api";
import type { WorkspaceRow } from "@/api/contract";
import { useProject } from "@/api/projects";
import { LatestThreads } from "@/features/threads/latest-threads";
import { UserLink } from "@/features/users/user-link";
import { number, text } from "@/text";
import { Card } from "@/ui/card";
import { CopyLine } from "@/ui/code-block";
import { Facts } from "@/ui/facts";
import { linkStyle } from "@/ui/link-style";
import { BackLabel, Page, PageHeader } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Time } from "@/ui/time";

const words = text.workspaces;

export function WorkspacePage() {
  const project = useProject();
  const { workspaceId } = useParams({ from: "/shell/projects/$projectId/workspaces/$workspaceId" });
  const { data: workspace } = useQuery(workspaceQuery(project.id, workspaceId));
  return (
    <Page>
      <PageHeader
        title={workspaceId}
        place={project.name}
        back={
          <Link to="/projects/$projectId/workspaces" params={{ projectId: project.id }}>
            <BackLabel>{words.title}</BackLabel>
          </Link>
        }
      />
      <div className="space-y-6">
        <Card title={words.workspace}>
          {workspace ? <WorkspaceFacts workspace={workspace} /> : <Skeleton className="h-40" />}
        </Card>
        <LatestThreads
          key={workspaceId}
          filter={{ workspace: workspaceId }}
          total={workspace?.threads}
          words={words.latest}
        />
      </div>
    </Page>
  );
}

function WorkspaceFacts({ workspace }: { workspace: WorkspaceRow }) {
  return (
    <Facts
      items={[
        { label: words.details.id, value: <CopyLine value={workspace.id} what={words.details.id} /> },
        { label: words.details.threads, value: number(workspace.threads) },
        {
          label: words.details.createdBy,
          value: (
            <UserLink id={workspace.created_by} name={workspace.created_by_name} className={linkStyle} />
          ),
        },
        { label: words.details.created, value: <Time at={workspace.created_at} show="full" /> },
        { label: words.details.lastActive, value: <Time at={workspace.last_active_at} show="full" /> },
      ]}
    />
  );
}
