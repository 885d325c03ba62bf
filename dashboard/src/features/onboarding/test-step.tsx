import { useState } from "react";

import { Back } from "./back";
import { StepFrame } from "./step-frame";
import { useGoToStep, useWay } from "./use-step";
import { useProjectId } from "@/api/projects";
import { TokenTester } from "@/providers/token-tester";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";

const words = text.onboarding.test;

/** Takes a token of the provider to see whether the rule fits; may be skipped. */
export function TestStep() {
  const projectId = useProjectId();
  const way = useWay();
  const goToStep = useGoToStep();
  const [isAccepted, setAccepted] = useState(false);
  const goOn = () => void goToStep("connect", way);
  return (
    <StepFrame
      title={words.title}
      description={words.description}
      back={<Back to={way === undefined ? "sign-in" : "facts"} preset={way} />}
    >
      <Card
        footer={
          <Button look={isAccepted ? "primary" : "secondary"} onClick={goOn}>
            {isAccepted ? text.onboarding.next : words.skip}
          </Button>
        }
      >
        <div className="pt-2">
          <details className="mb-5 rounded-xl border border-line px-4 py-2.5 text-[13px]">
            <summary className="font-medium">{words.find}</summary>
            <p className="mt-1.5 text-soft">{text.providers.tester.find}</p>
          </details>
          <TokenTester
            projectId={projectId}
            onVerdict={({ is_accepted: accepted }) => setAccepted(accepted)}
          />
        </div>
      </Card>
    </StepFrame>
  );
}
