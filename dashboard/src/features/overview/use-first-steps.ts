import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { FirstSteps, ProjectView } from "@/api/contract";
import { firstStepsQuery } from "@/api/projects";

const everyMs = 2_000;

interface Progress {
  /** Undefined while they load. */
  steps: FirstSteps | undefined;
  /** True when the first thread came while the page was open. */
  hasArrived: boolean;
  /** True when the last question got no answer; the next one is on its way. */
  isTroubled: boolean;
}

/** How far a project has come, asked for again and again until its first thread is there. */
export function useFirstSteps(project: ProjectView): Progress {
  const isDeleted = project.deleted_at !== null;
  const { data, isError, failureCount } = useQuery({
    ...firstStepsQuery(project.id),
    staleTime: 0,
    refetchInterval: ({ state }) => (isDeleted || state.data?.first_thread ? false : everyMs),
  });
  const [hasWaited, setWaited] = useState(false);
  const isWaiting = data?.first_thread === null;
  if (isWaiting && !hasWaited) setWaited(true);
  return {
    steps: data,
    hasArrived: hasWaited && data !== undefined && !isWaiting,
    isTroubled: isError || failureCount > 0,
  };
}
