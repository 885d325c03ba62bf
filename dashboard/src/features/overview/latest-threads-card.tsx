import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRight } from "lucide-react";

import type { ProjectView } from "@/api/contract";
import { threadsQuery } from "@/features/threads/api";
import { ThreadsTable } from "@/features/threads/threads-table";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";

const words = text.overview.latest;
const shown = 6;
const everyMs = 10_000;

/** What was talked about last, kept up with. */
export function LatestThreadsCard({ project }: { project: ProjectView }) {
  const { data } = useQuery({
    ...threadsQuery(project.id, {}),
    staleTime: 0,
    refetchInterval: everyMs,
  });
  return (
    <Card
      isFlush
      title={words.title}
      actions={
        <Button asChild size="sm">
          <Link to="/projects/$projectId/threads" params={{ projectId: project.id }}>
            {words.all}
            <ArrowRight aria-hidden className="-mr-0.5 size-4" />
          </Link>
        </Button>
      }
    >
      <ThreadsTable
        rows={data?.threads.slice(0, shown)}
        skeletonRows={shown}
        empty={<p className="px-5 py-8 text-center text-soft">{words.empty}</p>}
      />
    </Card>
  );
}
