import { api, path } from "@/api/client";
import type { ProjectView } from "@/api/contract";
import { useOptimistic } from "@/api/optimistic";
import { projectQuery } from "@/api/projects";
import { text } from "@/text";
import { Card } from "@/ui/card";
import { Switch } from "@/ui/toggle";

const words = text.onboarding.connect;

/** Whether people may chat without signing in. */
export function VisitorsSwitch({ project }: { project: ProjectView }) {
  const change = useOptimistic<ProjectView, boolean>({
    queryKey: projectQuery(project.id).queryKey,
    update: (before, isOn) => ({ ...before, anonymous_access: isOn }),
    mutate: (isOn) => api.put(path`/projects/${project.id}`, { anonymous_access: isOn }),
  });
  return (
    <Card>
      <div className="pt-1">
        <Switch
          label={words.visitors}
          description={words.visitorsAbout}
          isOn={project.anonymous_access}
          onChange={(isOn) => change.mutate(isOn)}
        />
      </div>
    </Card>
  );
}
