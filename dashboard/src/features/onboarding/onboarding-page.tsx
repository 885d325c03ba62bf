import { getRouteApi, Link } from "@tanstack/react-router";

import { BackendStep } from "./backend-step";
import { ConnectStep } from "./connect-step";
import { FactsStep } from "./facts-step";
import { NameStep } from "./name-step";
import { Progress } from "./progress";
import { SignInStep } from "./sign-in-step";
import { readStep, type Step } from "./steps";
import { TestStep } from "./test-step";
import { useWay } from "./use-step";
import { Mark } from "@/app/shell/mark";
import { text } from "@/text";
import { Button } from "@/ui/button";

const route = getRouteApi("/focused/projects/$projectId/onboarding/$step");

/** The short path from a new project to its first thread. */
export function OnboardingPage() {
  const { projectId, step: named } = route.useParams();
  const step = readStep(named);
  const way = useWay();
  return (
    <div className="min-h-dvh">
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-5xl flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3 sm:px-8">
          <Mark className="size-7" />
          <div className="order-last w-full sm:order-none sm:w-auto">
            <Progress step={step} way={way} />
          </div>
          <Button asChild size="sm" look="ghost">
            <Link to="/projects/$projectId" params={{ projectId }}>
              {text.onboarding.leave}
            </Link>
          </Button>
        </div>
      </header>
      <main className="mx-auto max-w-5xl px-4 py-8 sm:px-8 sm:py-12">
        <StepContent key={step} step={step} />
      </main>
    </div>
  );
}

function StepContent({ step }: { step: Step }) {
  switch (step) {
    case "name":
      return <NameStep />;
    case "sign-in":
      return <SignInStep />;
    case "facts":
      return <FactsStep />;
    case "backend":
      return <BackendStep />;
    case "test":
      return <TestStep />;
    case "connect":
      return <ConnectStep />;
  }
}
