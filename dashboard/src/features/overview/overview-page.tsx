import { ArrivedCallout } from "./arrived-callout";
import { checklist } from "./checklist";
import { ConnectCard } from "./connect-card";
import { FiguresCard } from "./figures-card";
import { GettingStartedCard } from "./getting-started-card";
import { LatestThreadsCard } from "./latest-threads-card";
import { QuickLinks } from "./quick-links";
import { useFirstSteps } from "./use-first-steps";
import type { FirstSteps, ProjectView } from "@/api/contract";
import { useProject } from "@/api/projects";
import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";

/** Where a project stands: on the way to its first conversation, or among them. */
export function OverviewPage() {
  const project = useProject();
  const { steps, hasArrived, isTroubled } = useFirstSteps(project);
  return (
    <Page>
      <PageHeader title={text.overview.title} place={project.name} heading={project.name} />
      <p role="status" className="sr-only">
        {steps && announcement(project, steps, hasArrived)}
      </p>
      <div className="space-y-6">
        {!steps && <Loading />}
        {steps?.first_thread === null && (
          <GettingStartedCard project={project} steps={steps} isTroubled={isTroubled} />
        )}
        {steps?.first_thread && (
          <>
            {hasArrived && <ArrivedCallout thread={steps.first_thread} />}
            <FiguresCard projectId={project.id} />
            <LatestThreadsCard project={project} />
            <QuickLinks projectId={project.id} />
          </>
        )}
        {steps && (
          <ConnectCard
            // The code stays open for whoever was using it when the first thread came.
            key={String(steps.first_thread !== null && !hasArrived)}
            project={project}
            steps={steps}
            isFolded={steps.first_thread !== null && !hasArrived}
          />
        )}
      </div>
    </Page>
  );
}

/** What those who listen are told as it changes. */
function announcement(project: ProjectView, steps: FirstSteps, hasArrived: boolean): string {
  if (hasArrived) return text.overview.arrived.title;
  const current = checklist(project, steps).find((step) => step.state === "current");
  if (current?.name === "request") return text.overview.steps.request.waiting;
  return current?.name === "thread" && steps.has_request ? text.overview.steps.request.done : "";
}

function Loading() {
  return (
    <>
      <Skeleton className="h-72 rounded-xl" />
      <Skeleton className="h-40 rounded-xl" />
    </>
  );
}
