import { useParams } from "@tanstack/react-router";

import { HistoryCard } from "./history-card";
import { OrganizationCard } from "./organization-card";
import { ProjectsCard } from "./projects-card";
import { allows, findOrganization, useSession } from "@/api/session";
import { NotFound } from "@/app/route-error";
import { fill, text } from "@/text";
import { Callout } from "@/ui/callout";
import { Page, PageHeader } from "@/ui/page";

const words = text.organization;

/** What an organization is called, what it owns, and what happened in it. */
export function OrganizationPage() {
  const { organizationId } = useParams({ from: "/shell/organizations/$organizationId/settings" });
  const organization = findOrganization(useSession(), organizationId);
  if (!organization) return <NotFound />;
  const isAdmin = allows(organization.role, "admin");
  return (
    <Page isNarrow>
      <PageHeader
        title={words.title}
        place={organization.name}
        description={fill(words.description, { organization: organization.name })}
      />
      {/* Another organization is another page: forms and dialogs begin anew. */}
      <div key={organization.id} className="space-y-6">
        {!isAdmin && <Callout title={words.readOnly}>{words.readOnlyBody}</Callout>}
        <OrganizationCard organization={organization} />
        <ProjectsCard organization={organization} />
        {isAdmin && <HistoryCard organization={organization} />}
      </div>
    </Page>
  );
}
