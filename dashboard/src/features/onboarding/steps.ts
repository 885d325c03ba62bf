/** The places of the way, as the URL names them. */
export const stepNames = ["name", "sign-in", "facts", "backend", "test", "connect"] as const;

export type Step = (typeof stepNames)[number];

/** The step of a URL; the first when it names none. */
export function readStep(step: string): Step {
  return stepNames.find((name) => name === step) ?? "name";
}

/** What the progress shows: facts and backend are parts of choosing the sign-in. */
export const stages = ["name", "signIn", "test", "connect"] as const;

export type Stage = (typeof stages)[number];

const stageOf: Record<Step, Stage> = {
  name: "name",
  "sign-in": "signIn",
  facts: "signIn",
  backend: "signIn",
  test: "test",
  connect: "connect",
};

/** How far along a step is. */
export function stageIndex(step: Step): number {
  return stages.indexOf(stageOf[step]);
}
