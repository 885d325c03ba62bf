import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Suspense, useState } from "react";

import { type Identity, identityOf, keyOf } from "./identity";
import { IdentityCard } from "./identity-card";
import { useProject } from "@/api/projects";
import { lazyPart } from "@/routing/lazy";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Page, PageHeader } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";

const Chat = lazyPart(() => import("./chat"));

const words = text.playground;

export function PlaygroundPage() {
  const project = useProject();
  const search = useSearch({ from: "/shell/projects/$projectId/playground" });
  const navigate = useNavigate({ from: "/projects/$projectId/playground" });
  const [isChoosing, setChoosing] = useState(false);
  const identity = identityOf(search);

  const choose = (chosen: Identity) => {
    if (chosen.kind === "user") setChoosing(false);
    if (keyOf(chosen) === keyOf(identity)) return;
    void navigate({
      search: chosen.kind === "anonymous" ? {} : { user: chosen.userId, workspace: chosen.workspaceId },
      resetScroll: false,
    });
  };
  const openThread = (thread: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, thread }), replace: true, resetScroll: false });

  const isRefused = identity.kind === "anonymous" && !project.anonymous_access;
  return (
    <Page>
      <PageHeader title={words.title} place={project.name} description={words.description} />
      <div className="space-y-5">
        <IdentityCard
          identity={identity}
          isChoosing={isChoosing}
          onChoosing={setChoosing}
          onChange={choose}
        />
        {isRefused && !isChoosing && <AnonymousOff projectId={project.id} />}
        {!isRefused && (
          <Suspense fallback={<Skeleton className="h-[28rem] w-full !rounded-xl" />}>
            <Chat
              key={keyOf(identity)}
              projectId={project.id}
              identity={identity}
              threadId={search.thread}
              onThread={openThread}
            />
          </Suspense>
        )}
      </div>
    </Page>
  );
}

function AnonymousOff({ projectId }: { projectId: string }) {
  return (
    <Callout
      tone="warn"
      title={words.anonymousOff.title}
      actions={
        <Button asChild size="sm">
          <Link to="/projects/$projectId/access" params={{ projectId }}>
            {words.anonymousOff.action}
          </Link>
        </Button>
      }
    >
      {words.anonymousOff.body}
    </Callout>
  );
}
