import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, path } from "@/api/client";
import type { ProjectView } from "@/api/contract";
import { messageOf } from "@/api/error";
import { projectQuery } from "@/api/projects";
import { allows, useRefreshSession } from "@/api/session";
import { fill, fillNodes, text } from "@/text";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";

const words = text.settings.danger;

/** The project's end, and within a day the way back. */
export function DangerCard({ project }: { project: ProjectView }) {
  return (
    <Card title={words.title} className="!border-danger-ink/40">
      {project.deleted_at === null ? <Delete project={project} /> : <Restore project={project} />}
    </Card>
  );
}

function Delete({ project }: { project: ProjectView }) {
  const keep = useKeep(project.id);
  const [isAsking, setAsking] = useState(false);
  const mayDelete = allows(project.role, "owner");
  return (
    <div className="flex flex-wrap items-start justify-between gap-4">
      <div className="min-w-0 flex-1 basis-72">
        <h3 className="font-medium">{words.deleteTitle}</h3>
        <p className="text-[13px] text-soft">{words.summary}</p>
      </div>
      <Button
        look="danger"
        disabledReason={mayDelete ? undefined : text.ui.needsRole.owner}
        onClick={() => setAsking(true)}
      >
        {words.delete}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={fill(words.askTitle, { name: project.name })}
        action={words.delete}
        typedName={project.name}
        onConfirm={async () => {
          await keep(
            await api.delete<ProjectView>(path`/projects/${project.id}`, {
              name: project.name,
            }),
          );
          toast.success(fill(words.deleted, { name: project.name }));
        }}
      >
        <ul className="list-disc space-y-2 pl-5">
          {words.consequences.map((consequence) => (
            <li key={consequence}>{consequence}</li>
          ))}
          {project.is_default && <li>{words.isDefault}</li>}
        </ul>
      </ConfirmDialog>
    </div>
  );
}

function Restore({ project }: { project: ProjectView }) {
  const keep = useKeep(project.id);
  const [isBusy, setBusy] = useState(false);
  const mayRestore = allows(project.role, "owner");

  async function restore() {
    setBusy(true);
    try {
      await keep(await api.post<ProjectView>(path`/projects/${project.id}/restore`));
      toast.success(fill(words.restored, { name: project.name }));
    } catch (error) {
      toast.error(messageOf(error));
      setBusy(false);
    }
  }

  return (
    <div className="flex flex-wrap items-start justify-between gap-4">
      <div className="min-w-0 flex-1 basis-72">
        <h3 className="font-medium">{words.restoreTitle}</h3>
        <p className="text-[13px] text-soft">
          {fillNodes(words.restoreBody, {
            when: <Time at={project.purge_at} show="full" />,
          })}
        </p>
      </div>
      <Button
        isBusy={isBusy}
        disabledReason={mayRestore ? undefined : text.ui.needsRole.owner}
        onClick={() => void restore()}
      >
        {words.restore}
      </Button>
    </div>
  );
}

/** Shows the project as the server now has it, here and in the switcher. */
function useKeep(projectId: string) {
  const queryClient = useQueryClient();
  const refreshSession = useRefreshSession();
  return async (project: ProjectView) => {
    queryClient.setQueryData(projectQuery(projectId).queryKey, project);
    await refreshSession();
  };
}
