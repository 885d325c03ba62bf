import { Link } from "@tanstack/react-router";

import type { ThreadRow } from "@/api/contract";
import { useProjectId } from "@/api/projects";
import { threadName } from "@/features/threads/name";
import { UserName } from "@/features/users/user-link";
import { fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Time } from "@/ui/time";

const words = text.overview.arrived;

/** Greets the first thread of a project as it comes in. */
export function ArrivedCallout({ thread }: { thread: ThreadRow }) {
  const projectId = useProjectId();
  return (
    <div className="animate-rise">
      <Callout
        tone="ok"
        title={words.title}
        actions={
          <Button asChild size="sm">
            <Link to="/projects/$projectId/threads/$threadId" params={{ projectId, threadId: thread.id }}>
              {words.open}
            </Link>
          </Button>
        }
      >
        {fillNodes(words.body, {
          user: (
            <strong className="font-medium text-ink">
              <UserName id={thread.created_by} name={thread.created_by_name} />
            </strong>
          ),
          thread: <strong className="font-medium text-ink">{threadName(thread) ?? words.untitled}</strong>,
          when: <Time at={thread.created_at} />,
        })}
      </Callout>
    </div>
  );
}
