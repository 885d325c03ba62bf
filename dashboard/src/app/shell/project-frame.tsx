import { useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { rememberProject } from "@/app/preferences";
import { api, path } from "@/api/client";
import type { ProjectView } from "@/api/contract";
import { messageOf } from "@/api/error";
import { projectQuery, useProject } from "@/api/projects";
import { allows, useRefreshSession } from "@/api/session";
import { fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { Callout } from "@/ui/callout";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";

/** Around the pages of a project: says so when it is deleted. */
export function ProjectFrame() {
  const project = useProject();
  useEffect(() => rememberProject(project.id), [project.id]);
  return (
    <>
      {project.deleted_at !== null && <DeletedBanner project={project} />}
      {/* Another project is another page, whatever the route says. */}
      <Outlet key={project.id} />
    </>
  );
}

function DeletedBanner({ project }: { project: ProjectView }) {
  const [isBusy, setBusy] = useState(false);
  const queryClient = useQueryClient();
  const refreshSession = useRefreshSession();
  const mayRestore = allows(project.role, "owner");

  async function restore() {
    setBusy(true);
    try {
      const restored = await api.post<ProjectView>(path`/projects/${project.id}/restore`);
      queryClient.setQueryData(projectQuery(project.id).queryKey, restored);
      await refreshSession();
      toast.success(text.shell.deleted.restored);
    } catch (error) {
      toast.error(messageOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="mx-auto max-w-6xl px-4 pt-6 sm:px-8">
      <Callout
        tone="warn"
        title={text.shell.deleted.title}
        actions={
          <Button
            size="sm"
            isBusy={isBusy}
            disabledReason={mayRestore ? undefined : text.ui.needsRole.owner}
            onClick={() => void restore()}
          >
            {text.shell.deleted.restore}
          </Button>
        }
      >
        {fillNodes(text.shell.deleted.body, {
          when: <Time at={project.purge_at} show="full" />,
        })}{" "}
        {!mayRestore && text.shell.deleted.ask}
      </Callout>
    </div>
  );
}
