import { Building2 } from "lucide-react";
import { Suspense, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { api, path } from "@/api/client";
import type { OrganizationView } from "@/api/contract";
import { allows, useRefreshSession, useSession } from "@/api/session";
import { NameCard } from "@/forms/name-card";
import { lazyPart } from "@/routing/lazy";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { CopyLine } from "@/ui/code-block";
import { type Fact, Facts } from "@/ui/facts";
import { toast } from "@/ui/toast";

const NewOrganizationDialog = lazyPart(() => import("./new-organization-dialog"));
const words = text.members.organization;

interface OrganizationCardProps {
  organization: OrganizationView;
}

/** What the organization is called, and for the instance's owners the way to another. */
export function OrganizationCard({ organization }: OrganizationCardProps) {
  return allows(organization.role, "admin") ? (
    <NameForm organization={organization} />
  ) : (
    <Card title={words.title} actions={<NewOrganization />}>
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
      actions={<NewOrganization />}
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

function NewOrganization() {
  const session = useSession();
  const [isCreating, setCreating] = useState(false);
  if (!session.is_instance_owner) return null;
  return (
    <>
      <Button size="sm" icon={<Building2 aria-hidden className="size-4" />} onClick={() => setCreating(true)}>
        {words.another}
      </Button>
      {isCreating && (
        <Suspense>
          <NewOrganizationDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
}
