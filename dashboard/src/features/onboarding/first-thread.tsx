import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { CircleCheck, MessagesSquare } from "lucide-react";
import type { ReactNode } from "react";

import type { FirstSteps, ThreadRow } from "@/api/contract";
import { firstStepsQuery } from "@/api/projects";
import { threadName } from "@/features/threads/name";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Time } from "@/ui/time";

const words = text.onboarding.connect;
const pollMs = 1_500;

/** Waits for the first request and the first thread, and shows them as they come. */
export function FirstThread({ projectId }: { projectId: string }) {
  const steps = useQuery({
    ...firstStepsQuery(projectId),
    // A server that is away for a moment must not end the wait.
    throwOnError: false,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.first_thread ? false : pollMs),
    refetchOnWindowFocus: "always",
  }).data;
  const thread = steps?.first_thread ?? null;
  return (
    <section
      role="status"
      className={clsx(
        "rounded-xl border p-5 transition-colors",
        thread ? "border-ok-ink/30 bg-ok-tint" : "border-line bg-surface shadow-card",
      )}
    >
      {thread ? <Arrived projectId={projectId} thread={thread} /> : <Waiting steps={steps} />}
    </section>
  );
}

function Waiting({ steps }: { steps: FirstSteps | undefined }) {
  const hasRequest = steps?.has_request === true;
  return (
    <Told
      sign={
        hasRequest ? (
          <CircleCheck aria-hidden className="size-5 text-ok-ink" />
        ) : (
          <span aria-hidden className="grid size-5 place-items-center">
            <span className="size-2.5 animate-breathe rounded-full bg-accent" />
          </span>
        )
      }
      title={hasRequest ? words.request : words.waiting}
    >
      {hasRequest ? words.requestAbout : words.waitingAbout}
    </Told>
  );
}

function Arrived({ projectId, thread }: { projectId: string; thread: ThreadRow }) {
  return (
    <div className="animate-rise space-y-4">
      <Told sign={<MessagesSquare aria-hidden className="size-5 text-ok-ink" />} title={words.thread}>
        <span className="font-medium text-ink">{threadName(thread) ?? words.untitled}</span>
        <span className="block text-soft">
          <Time at={thread.created_at} />
        </span>
      </Told>
      <div className="flex flex-wrap gap-2">
        <Button asChild look="primary" size="sm">
          <Link to="/projects/$projectId/threads/$threadId" params={{ projectId, threadId: thread.id }}>
            {words.open}
          </Link>
        </Button>
        <Button asChild size="sm">
          <Link to="/projects/$projectId" params={{ projectId }}>
            {words.overview}
          </Link>
        </Button>
      </div>
    </div>
  );
}

function Told({ sign, title, children }: { sign: ReactNode; title: string; children: ReactNode }) {
  return (
    <div className="flex items-start gap-3">
      {sign}
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        <p className="mt-0.5 text-[13px] [overflow-wrap:anywhere] text-soft">{children}</p>
      </div>
    </div>
  );
}
