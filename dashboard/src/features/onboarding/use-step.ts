import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";

import type { Step } from "./steps";
import { rulesQuery } from "@/features/access/queries";
import type { SnippetSource } from "@/providers/snippets";

const route = getRouteApi("/focused/projects/$projectId/onboarding/$step");

/** The way to sign in that was chosen: the id of a preset, `backend` or `anonymous`. */
export function useWay(): string | undefined {
  return route.useSearch().preset;
}

/** The chosen way as the source of a snippet, with what the rule for it says; visitors, when none was chosen. */
export function useSource(projectId: string): SnippetSource {
  const way = useWay() ?? "anonymous";
  const isPreset = way !== "anonymous" && way !== "backend";
  const { data } = useQuery({ ...rulesQuery(projectId), enabled: isPreset });
  if (!isPreset) return { kind: way };
  const rule = data?.rules.findLast(({ provider }) => provider === way);
  return { kind: "preset", preset: way, workspace: rule?.workspace, rule };
}

/** Goes to a step. */
export function useGoToStep(): (step: Step, way?: string) => Promise<void> {
  const { projectId } = route.useParams();
  const navigate = useNavigate();
  return (step, way) =>
    navigate({
      to: "/projects/$projectId/onboarding/$step",
      params: { projectId, step },
      search: way === undefined ? {} : { preset: way },
    });
}
