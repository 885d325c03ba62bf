import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { threadQuery } from "./api";
import { Conversation } from "./conversation";
import { ExportMenu } from "./export-menu";
import { RawMessages } from "./raw-messages";
import { ThreadDetails } from "./thread-details";
import type { ThreadFacts } from "./transcript/shown";
import { useMedia } from "./use-media";
import { type Messages, useMessages } from "./use-messages";
import { useProject } from "@/api/projects";
import { text } from "@/text";
import { Badge } from "@/ui/badge";
import { BackLabel, Page, PageHeader } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Tabs } from "@/ui/tabs";

const route = "/shell/projects/$projectId/threads/$threadId";
type View = "conversation" | "details" | "raw";

export function ThreadPage() {
  const project = useProject();
  const { threadId } = useParams({ from: route });
  // Another thread is another page: its branch and its place are its own.
  return <Thread key={threadId} projectId={project.id} threadId={threadId} place={project.name} />;
}

function Thread({ projectId, threadId, place }: { projectId: string; threadId: string; place: string }) {
  const { message: target } = useSearch({ from: route });
  const { data: thread } = useQuery(threadQuery(projectId, threadId));
  const messages = useMessages(projectId, threadId, target);
  const title = titleOf(thread);
  return (
    <Page>
      <PageHeader
        title={title ?? text.threads.thread}
        place={place}
        heading={thread && <Heading title={title} isArchived={thread.is_archived} />}
        back={
          <Link to="/projects/$projectId/threads" params={{ projectId }}>
            <BackLabel>{text.threads.title}</BackLabel>
          </Link>
        }
        actions={thread && <ExportMenu thread={thread} messages={messages} />}
      />
      <Views ids={{ projectId, threadId }} thread={thread} messages={messages} target={target} />
    </Page>
  );
}

function titleOf(thread: ThreadFacts | undefined): string | undefined {
  if (!thread) return undefined;
  return thread.title === null || thread.title.trim() === "" ? text.threads.untitled : thread.title;
}

function Heading({ title, isArchived }: { title: string | undefined; isArchived: boolean }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-2.5">
      {title}
      {isArchived && <Badge>{text.threads.archived}</Badge>}
    </span>
  );
}

interface ViewsProps {
  ids: { projectId: string; threadId: string };
  thread: ThreadFacts | undefined;
  messages: Messages;
  target: string | undefined;
}

/** The conversation, and beside it (in narrow windows instead of it) its details and what is stored. */
function Views({ ids, thread, messages, target }: ViewsProps) {
  const { view } = useSearch({ from: route });
  const navigate = useNavigate({
    from: "/projects/$projectId/threads/$threadId",
  });
  const isWide = useMedia("(min-width: 64rem)");
  const setView = (chosen: View) =>
    void navigate({
      search: (search) => ({
        ...search,
        view: chosen === "conversation" ? undefined : chosen,
      }),
      replace: true,
      resetScroll: false,
    });

  const count = thread?.messages ?? 0;
  const conversation = <Conversation messages={messages} count={count} target={target} />;
  const beside = [
    {
      value: "details" as const,
      label: text.threads.views.details,
      content: thread ? <ThreadDetails thread={thread} /> : <Skeleton className="h-64" />,
    },
    {
      value: "raw" as const,
      label: text.threads.views.raw,
      content: <RawMessages {...ids} messages={messages} count={count} target={target} />,
    },
  ];
  if (!isWide) {
    const tabs = [
      {
        value: "conversation" as const,
        label: text.threads.views.conversation,
        content: conversation,
      },
      ...beside,
    ];
    return (
      <Tabs<View>
        label={text.threads.views.label}
        value={view ?? "conversation"}
        onChange={setView}
        tabs={tabs}
      />
    );
  }
  const isRaw = view === "raw";
  return (
    <div
      className={
        isRaw
          ? "grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-8"
          : "grid grid-cols-[minmax(0,1fr)_20rem] gap-10"
      }
    >
      <div className="min-w-0">{conversation}</div>
      <div className="sticky top-6 max-h-[calc(100dvh-3rem)] min-w-0 self-start overflow-y-auto rounded-xl border border-line bg-surface px-4 pt-1 pb-5 shadow-card">
        <Tabs<View>
          label={text.threads.views.label}
          value={view ?? "details"}
          onChange={(chosen) => setView(chosen === "details" ? "conversation" : chosen)}
          tabs={beside}
        />
      </div>
    </div>
  );
}
