import { Link } from "@tanstack/react-router";
import { ChevronRight, Plus } from "lucide-react";
import { Suspense, useState } from "react";

import type { OrganizationView } from "@/api/contract";
import { allows } from "@/api/session";
import { ProjectIcon } from "@/app/shell/project-icon";
import { lazyPart } from "@/routing/lazy";
import { text } from "@/text";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";

const NewProjectDialog = lazyPart(() => import("./new-project-dialog"));
const words = text.organization.projects;

/** The projects that the members look after. */
export function ProjectsCard({ organization }: { organization: OrganizationView }) {
  const [isCreating, setCreating] = useState(false);
  const mayCreate = allows(organization.role, "admin");
  return (
    <Card
      isFlush
      title={words.title}
      description={words.description}
      actions={
        <Button
          size="sm"
          icon={<Plus aria-hidden className="size-4" />}
          disabledReason={mayCreate ? undefined : text.ui.needsRole.admin}
          onClick={() => setCreating(true)}
        >
          {words.create}
        </Button>
      }
    >
      {organization.projects.length === 0 ? (
        <p className="px-5 py-6 text-soft">{words.none}</p>
      ) : (
        <ul className="divide-y divide-line">
          {organization.projects.map((project) => (
            <li key={project.id}>
              <Link
                to="/projects/$projectId"
                params={{ projectId: project.id }}
                className="flex min-h-12 items-center gap-3 px-5 py-2 font-medium transition-colors last:rounded-b-xl hover:bg-hover/60 focus-visible:-outline-offset-2"
              >
                <ProjectIcon name={project.name} />
                <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{project.name}</span>
                {project.deleted_at !== null && <Badge>{words.deleted}</Badge>}
                <ChevronRight aria-hidden className="size-4 shrink-0 text-faint" />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {isCreating && (
        <Suspense>
          <NewProjectDialog organization={organization} onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </Card>
  );
}
