import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { Back } from "./back";
import { StepFrame } from "./step-frame";
import type { Step } from "./steps";
import { useProjectId } from "@/api/projects";
import { presetsQuery } from "@/providers/presets";
import { ProviderGrid } from "@/providers/provider-grid";
import { text } from "@/text";

const words = text.onboarding.signIn;

const ownSteps: Record<string, Step> = { backend: "backend", anonymous: "connect" };

/** Asks how the app's users sign in. */
export function SignInStep() {
  const projectId = useProjectId();
  const presets = useQuery(presetsQuery).data;
  return (
    <StepFrame title={words.title} description={words.description} back={<Back to="name" />}>
      <ProviderGrid
        hasOwnWays
        presets={presets}
        tile={(way, props) => (
          <Link
            to="/projects/$projectId/onboarding/$step"
            params={{ projectId, step: ownSteps[way] ?? "facts" }}
            search={{ preset: way }}
            {...props}
          />
        )}
      />
    </StepFrame>
  );
}
