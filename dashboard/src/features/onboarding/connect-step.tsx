import { Link } from "@tanstack/react-router";

import { Back } from "./back";
import { FirstThread } from "./first-thread";
import { StepFrame } from "./step-frame";
import { useSource, useWay } from "./use-step";
import { VisitorsSwitch } from "./visitors-switch";
import { useProject } from "@/api/projects";
import { SnippetTabs } from "@/providers/snippet-tabs";
import { fillNodes, text } from "@/text";
import { CodeBlock } from "@/ui/code-block";
import { linkStyle } from "@/ui/link-style";

const words = text.onboarding.connect;

/** Shows the code for the app, and waits for what it does. */
export function ConnectStep() {
  const project = useProject();
  const way = useWay();
  const source = useSource(project.id);
  const isPreset = source.kind === "preset";
  return (
    <StepFrame
      isWide
      title={words.title}
      description={words.description}
      back={<Back to={isPreset ? "test" : "sign-in"} preset={isPreset ? way : undefined} />}
    >
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0 space-y-5">
          <div>
            <p className="mb-1.5 text-[13px] font-medium">{words.baseUrl}</p>
            <CodeBlock code={project.base_url} what={words.baseUrl} />
          </div>
          <SnippetTabs source={source} baseUrl={project.base_url} />
        </div>
        <aside className="min-w-0 space-y-5 max-lg:order-first">
          <div className="space-y-5 lg:sticky lg:top-6">
            <FirstThread projectId={project.id} />
            {/* Without them nobody gets in at all, if there is no other way. */}
            {source.kind === "anonymous" && project.anonymous_access ? null : (
              <VisitorsSwitch project={project} />
            )}
            <p className="px-1 text-[13px] text-soft max-lg:hidden">
              {fillNodes(words.playground, {
                playground: (
                  <Link
                    to="/projects/$projectId/playground"
                    params={{ projectId: project.id }}
                    className={linkStyle}
                  >
                    {words.playgroundLink}
                  </Link>
                ),
              })}
            </p>
          </div>
        </aside>
      </div>
    </StepFrame>
  );
}
