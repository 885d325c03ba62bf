import { Boxes, Plus } from "lucide-react";
import { Suspense, useState } from "react";

import { allows, useSession } from "@/api/session";
import { lazyPart } from "@/routing/lazy";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Page, useDocumentTitle } from "@/ui/page";

const NewProjectDialog = lazyPart(() => import("@/features/organization/new-project-dialog"));

/** The start page of whoever has no project yet. */
export function NoProjects() {
  const { organizations } = useSession();
  const [isCreating, setCreating] = useState(false);
  const organization = organizations.find((candidate) => allows(candidate.role, "admin"));
  const isAlone = organizations.length === 0;
  const title = isAlone ? text.shell.noOrganizationTitle : text.shell.noProjectsTitle;
  useDocumentTitle(title);
  return (
    <Page>
      <EmptyState
        isPage
        icon={<Boxes />}
        title={title}
        actions={
          organization && (
            <Button
              look="primary"
              icon={<Plus aria-hidden className="size-4" />}
              onClick={() => setCreating(true)}
            >
              {text.shell.newProject}
            </Button>
          )
        }
      >
        {isAlone ? text.shell.noOrganization : text.shell.noProjects}{" "}
        {!isAlone && !organization && text.shell.noProjectsMember}
      </EmptyState>
      {isCreating && organization && (
        <Suspense>
          <NewProjectDialog organization={organization} onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </Page>
  );
}
