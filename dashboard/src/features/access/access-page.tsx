import { AnonymousCard } from "./anonymous-card";
import { OriginsCard } from "./origins-card";
import { RulesSection } from "./rules-section";
import { useProject } from "@/api/projects";
import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

/** Who may use the project from a browser. */
export function AccessPage() {
  const project = useProject();
  return (
    <Page>
      <PageHeader title={text.access.title} place={project.name} description={text.access.description} />
      <div className="space-y-8">
        <RulesSection projectId={project.id} />
        <AnonymousCard project={project} />
        <OriginsCard project={project} />
      </div>
    </Page>
  );
}
