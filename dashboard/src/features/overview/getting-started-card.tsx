import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { checklist, type Step, type StepName, waysIn } from "./checklist";
import { StepItem, Waiting } from "./step-item";
import type { FirstSteps, ProjectView } from "@/api/contract";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { linkStyle } from "@/ui/link-style";

const words = text.overview.steps;

interface GettingStartedProps {
  project: ProjectView;
  steps: FirstSteps;
  isTroubled: boolean;
}

/** What is still between a project and its first conversation. */
export function GettingStartedCard({ project, steps, isTroubled }: GettingStartedProps) {
  const list = checklist(project, steps);
  const done = list.filter((step) => step.state === "done").length;
  const bodies: Record<StepName, (step: Step) => ReactNode> = {
    signIn: () => <SignIn project={project} steps={steps} />,
    request: (step) => <Request step={step} project={project} steps={steps} isTroubled={isTroubled} />,
    thread: (step) => <Thread step={step} project={project} isTroubled={isTroubled} />,
  };
  return (
    <Card
      title={words.title}
      description={words.description}
      actions={
        <span className="pt-px text-[13px] text-faint tabular-nums">
          {fill(words.progress, { done, all: list.length })}
        </span>
      }
    >
      <ol className="pt-2">
        {list.map((step, index) => (
          <StepItem key={step.name} step={step} place={index + 1}>
            {bodies[step.name](step)}
          </StepItem>
        ))}
      </ol>
    </Card>
  );
}

function SignIn({ project, steps }: { project: ProjectView; steps: FirstSteps }) {
  const ways = waysIn(project, steps);
  const params = { projectId: project.id };
  if (ways.length === 0) {
    return (
      <>
        <p>{words.signIn.open}</p>
        <div className="flex flex-wrap gap-2">
          <Button asChild look="primary">
            <Link to="/projects/$projectId/onboarding/$step" params={{ ...params, step: "sign-in" }}>
              {words.signIn.setUp}
            </Link>
          </Button>
          <Button asChild>
            <Link to="/projects/$projectId/api-keys" params={params} search={{ create: "true" }}>
              {words.signIn.createKey}
            </Link>
          </Button>
        </div>
      </>
    );
  }
  return (
    <p>
      {ways.map((way) => words.signIn[way]).join(" ")}{" "}
      <Link to="/projects/$projectId/access" params={params} className={linkStyle}>
        {words.signIn.change}
      </Link>
    </p>
  );
}

interface WaitingStepProps {
  step: Step;
  project: ProjectView;
  isTroubled: boolean;
}

function Request({ step, project, steps, isTroubled }: WaitingStepProps & { steps: FirstSteps }) {
  if (step.state === "done") return <p>{words.request.done}</p>;
  if (step.state === "open") return <p>{words.request.open}</p>;
  return (
    <>
      <p>{words.request.current}</p>
      <WaitingLine project={project} isTroubled={isTroubled}>
        {words.request.waiting}
      </WaitingLine>
      {steps.has_rule && (
        <p className="text-[13px]">
          {words.request.troubled}{" "}
          <Link
            to="/projects/$projectId/access/test"
            params={{ projectId: project.id }}
            className={linkStyle}
          >
            {words.request.test}
          </Link>
        </p>
      )}
    </>
  );
}

function Thread({ step, project, isTroubled }: WaitingStepProps) {
  return (
    <>
      <p>
        {words.thread.open}{" "}
        {step.state === "current" && (
          <Link to="/projects/$projectId/playground" params={{ projectId: project.id }} className={linkStyle}>
            {words.thread.playground}
          </Link>
        )}
      </p>
      {step.state === "current" && (
        <WaitingLine project={project} isTroubled={isTroubled}>
          {words.thread.waiting}
        </WaitingLine>
      )}
    </>
  );
}

function WaitingLine({
  project,
  isTroubled,
  children,
}: {
  project: ProjectView;
  isTroubled: boolean;
  children: ReactNode;
}) {
  if (project.deleted_at !== null) return <p className="text-faint">{words.deleted}</p>;
  if (isTroubled) return <p className="text-warn-ink">{words.unreachable}</p>;
  return <Waiting>{children}</Waiting>;
}
