/** The places of the way, as the URL names them. */
export const stepNames = ["name", "sign-in", "facts", "backend", "test", "connect"] as const;

export type Step = (typeof stepNames)[number];

/** The step of a URL; the first when it names none. */
export function readStep(step: string): Step {
  return stepNames.find((name) => name === step) ?? "name";
}

/** What the progress shows: facts and backend are parts of choosing the sign-in. */
const stages = ["name", "signIn", "test", "connect"] as const;

export type Stage = (typeof stages)[number];

const stageOf: Record<Step, Stage> = {
  name: "name",
  "sign-in": "signIn",
  facts: "signIn",
  backend: "signIn",
  test: "test",
  connect: "connect",
};

/** The stages of a way to sign in, and how far along a step is: without a provider there is no token to test. */
export function stagesOf(step: Step, way: string | undefined): { stages: readonly Stage[]; current: number } {
  const isOwnWay = way === "anonymous" || way === "backend" || step === "backend";
  const isTested = !isOwnWay && (step !== "connect" || way !== undefined);
  const shown: readonly Stage[] = isTested ? stages : stages.filter((stage) => stage !== "test");
  return { stages: shown, current: shown.indexOf(stageOf[step]) };
}
