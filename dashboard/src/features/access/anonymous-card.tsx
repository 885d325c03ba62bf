import { api, path } from "@/api/client";
import type { ProjectView, UpdateProject } from "@/api/contract";
import { messageOf } from "@/api/error";
import { useOptimistic } from "@/api/optimistic";
import { projectQuery } from "@/api/projects";
import { fill, text } from "@/text";
import { Card } from "@/ui/card";
import { GuideLink } from "@/ui/guide-link";
import { toast } from "@/ui/toast";
import { Switch } from "@/ui/toggle";

const words = text.access.anonymous;

/** Whether visitors get in without signing in. */
export function AnonymousCard({ project }: { project: ProjectView }) {
  const { queryKey } = projectQuery(project.id);
  const change = useOptimistic<ProjectView, boolean>({
    queryKey,
    update: (before, isOn) => ({ ...before, anonymous_access: isOn }),
    mutate: (isOn) => {
      const body: UpdateProject = { anonymous_access: isOn };
      return api.put<ProjectView>(path`/projects/${project.id}`, body);
    },
    onSuccess: (_answer, isOn) => toast.success(isOn ? words.on : words.off),
    onError: (error) => toast.error(fill(words.undone, { problem: messageOf(error) })),
  });
  return (
    <Card title={words.title} actions={<GuideLink guide="docs/auth/anonymous.md">{words.guide}</GuideLink>}>
      <Switch
        label={words.label}
        description={words.description}
        isOn={project.anonymous_access}
        onChange={(isOn) => change.mutate(isOn)}
      />
    </Card>
  );
}
