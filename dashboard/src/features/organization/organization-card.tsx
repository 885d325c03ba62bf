import { useQueryClient } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { OrganizationView } from "@/api/contract";
import { allows, useRefreshSession } from "@/api/session";
import { NameCard } from "@/forms/name-card";
import { fill, text } from "@/text";
import { Card } from "@/ui/card";
import { CopyLine } from "@/ui/code-block";
import { type Fact, Facts } from "@/ui/facts";
import { toast } from "@/ui/toast";

const words = text.organization.general;

interface OrganizationCardProps {
  organization: OrganizationView;
}

/** What the organization is called. */
export function OrganizationCard({ organization }: OrganizationCardProps) {
  return allows(organization.role, "admin") ? (
    <NameForm organization={organization} />
  ) : (
    <Card title={words.title}>
      <Facts items={[{ label: words.name, value: organization.name }, idOf(organization)]} />
    </Card>
  );
}

function NameForm({ organization }: OrganizationCardProps) {
  const queryClient = useQueryClient();
  const refreshSession = useRefreshSession();
  return (
    <NameCard
      title={words.title}
      name={organization.name}
      label={words.name}
      hint={words.nameHint}
      onSave={async (name) => {
        const saved = await api.put<OrganizationView>(path`/organizations/${organization.id}`, { name });
        await refreshSession();
        toast.success(fill(words.renamed, { name: saved.name }));
        await queryClient.invalidateQueries({ queryKey: ["organization", organization.id, "audit"] });
        return saved.name;
      }}
      facts={[idOf(organization)]}
    />
  );
}

function idOf(organization: OrganizationView): Fact {
  return {
    label: words.id,
    value: <CopyLine value={organization.id} what={words.id} />,
  };
}
