import { Link } from "@tanstack/react-router";

import type { Step } from "./steps";
import { useProjectId } from "@/api/projects";
import { text } from "@/text";
import { BackLabel } from "@/ui/page";

/** Leads to an earlier step. */
export function Back({ to, preset }: { to: Step; preset?: string | undefined }) {
  return (
    <Link
      to="/projects/$projectId/onboarding/$step"
      params={{ projectId: useProjectId(), step: to }}
      search={preset === undefined ? {} : { preset }}
      className="rounded-sm"
    >
      <BackLabel>{text.onboarding.back}</BackLabel>
    </Link>
  );
}
