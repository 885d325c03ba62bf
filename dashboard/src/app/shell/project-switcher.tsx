import { Link } from "@tanstack/react-router";
import { Building2, Check, ChevronsUpDown, Plus } from "lucide-react";
import { Suspense, useState } from "react";

import { usePlace } from "./place";
import type { OrganizationView } from "@/api/contract";
import { allows, useSession } from "@/api/session";
import { lazyPart } from "@/routing/lazy";
import { text } from "@/text";
import { Badge } from "@/ui/badge";
import { Menu, MenuDivider, MenuItem, MenuLabel } from "@/ui/menu";
import { ProjectIcon } from "./project-icon";

const NewProjectDialog = lazyPart(() => import("@/features/organization/new-project-dialog"));
const NewOrganizationDialog = lazyPart(() => import("@/features/organization/new-organization-dialog"));

type Creating = { kind: "organization" } | { kind: "project"; organization: OrganizationView };

/** Shows the project that is open, and leads to the others. */
export function ProjectSwitcher() {
  const session = useSession();
  const { organization, project } = usePlace();
  const [creating, setCreating] = useState<Creating>();
  const close = () => setCreating(undefined);
  return (
    <>
      <Menu
        align="start"
        isFitted
        trigger={
          <button
            type="button"
            className="flex h-11 w-full items-center gap-2.5 rounded-lg border border-line bg-surface px-2.5 text-left shadow-card transition-colors hover:bg-hover"
          >
            <ProjectIcon name={project?.name ?? "?"} />
            <span className="sr-only">{text.shell.switcher}</span>
            <span className="min-w-0 flex-1 leading-tight">
              <span className="block truncate font-medium">{project?.name ?? text.shell.noProject}</span>
              <span className="block truncate text-xs text-faint">{organization?.name}</span>
            </span>
            <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-faint" />
          </button>
        }
      >
        {session.organizations.map((each, index) => (
          <div key={each.id} role="group" aria-label={each.name}>
            {index > 0 && <MenuDivider />}
            <MenuLabel>
              <span className="flex items-center gap-1.5">
                <Building2 aria-hidden className="size-3.5" />
                {each.name}
              </span>
            </MenuLabel>
            {each.projects.map((candidate) => (
              <MenuItem key={candidate.id} asChild>
                <Link to="/projects/$projectId" params={{ projectId: candidate.id }}>
                  <ProjectIcon name={candidate.name} />
                  <span className="min-w-0 flex-1 truncate">{candidate.name}</span>
                  {candidate.deleted_at !== null && <Badge tone="warn">{text.shell.deletedMark}</Badge>}
                  {candidate.id === project?.id && <Check aria-hidden className="size-4 text-accent-ink" />}
                </Link>
              </MenuItem>
            ))}
            {allows(each.role, "admin") && (
              <MenuItem
                icon={<Plus aria-hidden className="size-4 text-faint" />}
                onSelect={() => setCreating({ kind: "project", organization: each })}
              >
                {text.shell.newProject}
              </MenuItem>
            )}
          </div>
        ))}
        {session.is_instance_owner && (
          <>
            <MenuDivider />
            <MenuItem
              icon={<Plus aria-hidden className="size-4 text-faint" />}
              onSelect={() => setCreating({ kind: "organization" })}
            >
              {text.shell.newOrganization}
            </MenuItem>
          </>
        )}
      </Menu>
      <Suspense>
        {creating?.kind === "project" && (
          <NewProjectDialog organization={creating.organization} onClose={close} />
        )}
        {creating?.kind === "organization" && <NewOrganizationDialog onClose={close} />}
      </Suspense>
    </>
  );
}
