import { useQueryClient } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { ProjectView, UpdateProject } from "@/api/contract";
import { projectQuery } from "@/api/projects";
import { useRefreshSession } from "@/api/session";
import { NameCard } from "@/forms/name-card";
import { fill, text } from "@/text";
import { CopyLine } from "@/ui/code-block";
import { Time } from "@/ui/time";
import { toast } from "@/ui/toast";

const words = text.settings;

/** The project's name and id. */
export function GeneralCard({ project }: { project: ProjectView }) {
  const queryClient = useQueryClient();
  const refreshSession = useRefreshSession();
  return (
    <NameCard
      title={words.general}
      name={project.name}
      label={words.name}
      hint={words.nameHint}
      onSave={async (name) => {
        const body: UpdateProject = { name };
        const saved = await api.put<ProjectView>(path`/projects/${project.id}`, body);
        queryClient.setQueryData(projectQuery(project.id).queryKey, saved);
        await refreshSession();
        toast.success(fill(words.nameSaved, { name: saved.name }));
        return saved.name;
      }}
      facts={[
        {
          label: words.id,
          value: <CopyLine value={project.id} what={words.id} />,
        },
        {
          label: words.created,
          value: <Time at={project.created_at} show="full" />,
        },
      ]}
    />
  );
}
