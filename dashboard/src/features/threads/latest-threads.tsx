import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { threadsQuery } from "./api";
import { ThreadsTable } from "./threads-table";
import { useProjectId } from "@/api/projects";
import { plural } from "@/text";
import type { Plural } from "@/text/fill";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";

const shown = 10;

interface LatestThreadsProps {
  /** Whose threads. */
  filter: { user: string } | { workspace: string };
  /** How many there are in all. */
  total: number | undefined;
  words: { title: string; all: Plural; none: string };
}

/** The latest threads of a user or a workspace, and a link to all of them. */
export function LatestThreads({ filter, total, words }: LatestThreadsProps) {
  const projectId = useProjectId();
  const threads = useQuery(threadsQuery(projectId, filter));
  return (
    <Card
      isFlush
      title={words.title}
      actions={
        total !== undefined &&
        total > 0 && (
          <Button asChild size="sm">
            <Link to="/projects/$projectId/threads" params={{ projectId }} search={filter}>
              {plural(total, words.all)}
            </Link>
          </Button>
        )
      }
    >
      <ThreadsTable
        rows={threads.data?.threads.slice(0, shown)}
        without={"user" in filter ? "user" : "workspace"}
        skeletonRows={4}
        empty={<p className="px-5 py-6 text-center text-faint">{words.none}</p>}
      />
    </Card>
  );
}
