import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { CloudOff, Compass, Lock, RefreshCw } from "lucide-react";
import { type ReactNode, useEffect } from "react";

import { ApiError, messageOf } from "@/api/error";
import { forgetFailures } from "@/routing/lazy";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Page, useDocumentTitle } from "@/ui/page";

/** Instead of a page that failed: why, and a way on. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  useEffect(() => queries.reset(), [queries]);

  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  if (error instanceof ApiError && error.status === 403) {
    return (
      <Problem icon={<Lock />} title={text.ui.error.forbiddenTitle} actions={<HomeLink />}>
        {error.message}
      </Problem>
    );
  }
  if (isMissingChunk(error)) {
    return (
      <Problem
        icon={<RefreshCw />}
        title={text.ui.error.newVersionTitle}
        actions={
          <Button look="primary" onClick={() => window.location.reload()}>
            {text.ui.error.reload}
          </Button>
        }
      >
        {text.ui.error.newVersion}
      </Problem>
    );
  }
  const retry = () => {
    forgetFailures();
    reset();
    void router.invalidate();
  };
  return (
    <Problem
      icon={<CloudOff />}
      title={text.ui.error.title}
      actions={
        <Button look="primary" onClick={retry}>
          {text.ui.retry}
        </Button>
      }
    >
      {messageOf(error)}
    </Problem>
  );
}

/** Instead of a page that does not exist, where nothing else is shown. */
export function LostPage() {
  return (
    <main>
      <NotFound />
    </main>
  );
}

/** Instead of a page that does not exist. */
export function NotFound() {
  return (
    <Problem icon={<Compass />} title={text.ui.error.notFoundTitle} actions={<HomeLink />}>
      {text.ui.error.notFound}
    </Problem>
  );
}

function Problem(props: { icon: ReactNode; title: string; children: string; actions: ReactNode }) {
  useDocumentTitle(props.title);
  return (
    <Page>
      <div role="alert">
        <EmptyState isPage {...props} />
      </div>
    </Page>
  );
}

function HomeLink() {
  return (
    <Button asChild look="primary">
      <Link to="/">{text.ui.error.home}</Link>
    </Button>
  );
}

/** After an update of the instance the files of the old pages are gone. */
function isMissingChunk(error: unknown): boolean {
  return error instanceof TypeError && /import|module|preload/i.test(error.message);
}
