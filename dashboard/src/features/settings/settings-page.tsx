import { CapCard } from "./cap-card";
import { DangerCard } from "./danger-card";
import { FairUseCard } from "./fair-use-card";
import { GeneralCard } from "./general-card";
import { UrlsCard } from "./urls-card";
import { useProject } from "@/api/projects";
import { text } from "@/text";
import { Page, PageHeader } from "@/ui/page";

/** What a project is called, where it answers, how many may use it and how much, and its end. */
export function SettingsPage() {
  const project = useProject();
  return (
    <Page isNarrow>
      <PageHeader title={text.settings.title} place={project.name} />
      <div className="space-y-6">
        <GeneralCard project={project} />
        <UrlsCard project={project} />
        <CapCard project={project} />
        <FairUseCard project={project} />
        <DangerCard project={project} />
      </div>
    </Page>
  );
}
