import { getRouteApi, useNavigate } from "@tanstack/react-router";

import type { Step } from "./steps";
import type { SnippetSource } from "@/providers/snippets";

const route = getRouteApi("/focused/projects/$projectId/onboarding/$step");

/** The way to sign in that was chosen: the id of a preset, `backend` or `anonymous`. */
export function useWay(): string | undefined {
  return route.useSearch().preset;
}

/** The chosen way as the source of a snippet; visitors, when none was. */
export function sourceOf(way: string | undefined): SnippetSource {
  if (way === undefined || way === "anonymous") return { kind: "anonymous" };
  return way === "backend" ? { kind: "backend" } : { kind: "preset", preset: way };
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
