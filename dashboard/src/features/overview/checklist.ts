import type { FirstSteps, ProjectView } from "@/api/contract";

/** What leads to the first conversation, in this order. */
export type StepName = "signIn" | "request" | "thread";

/** A step: taken, the one to take now, or one that comes later. */
export interface Step {
  name: StepName;
  state: "done" | "current" | "open";
}

/** How users of a project can get in. */
export type Way = "rule" | "apiKey" | "anonymous";

/** The ways that are open now. */
export function waysIn(project: Pick<ProjectView, "anonymous_access">, steps: FirstSteps): Way[] {
  const ways: [Way, boolean][] = [
    ["rule", steps.has_rule],
    ["apiKey", steps.has_api_key],
    ["anonymous", project.anonymous_access],
  ];
  return ways.filter(([, isOpen]) => isOpen).map(([way]) => way);
}

/** How far a project has come. */
export function checklist(project: Pick<ProjectView, "anonymous_access">, steps: FirstSteps): Step[] {
  const taken: [StepName, boolean][] = [
    ["signIn", waysIn(project, steps).length > 0],
    ["request", steps.has_request || steps.first_thread !== null],
    ["thread", steps.first_thread !== null],
  ];
  const current = taken.find(([, isTaken]) => !isTaken)?.[0];
  return taken.map(([name, isTaken]) => {
    if (isTaken) return { name, state: "done" };
    return { name, state: name === current ? "current" : "open" };
  });
}
