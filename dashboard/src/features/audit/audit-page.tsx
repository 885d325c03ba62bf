import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Lock, ScrollText, SearchX } from "lucide-react";

import { FilterBar } from "./filter-bar";
import { ChangeList, isUntold } from "./change-list";
import { nameOf } from "./changes";
import { auditQuery } from "./queries";
import { type AuditSearch, filtersOf, isFiltered } from "./search";
import type { AuditEntryView, ProjectView } from "@/api/contract";
import { useProject } from "@/api/projects";
import { isNoRefusal } from "@/api/query-client";
import { allows, findOrganization, useSession } from "@/api/session";
import { fill, text } from "@/text";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { Page, PageHeader } from "@/ui/page";
import { Pager } from "@/ui/pager";
import { RefusedList } from "@/ui/refused-list";
import { type Column, Table } from "@/ui/table";
import { Time } from "@/ui/time";
import { Tooltip } from "@/ui/tooltip";

const words = text.audit;
const actions: Record<string, string> = words.actions;
const actorTypes: Record<string, string> = words.actorTypes;

/** Who changed what in the project. */
export function AuditPage() {
  const project = useProject();
  const isAdmin = allows(project.role, "admin");
  return (
    <Page>
      <PageHeader
        title={words.title}
        place={project.name}
        {...(isAdmin && { description: words.description })}
      />
      <Card isFlush>{isAdmin ? <Log project={project} /> : <Forbidden project={project} />}</Card>
    </Page>
  );
}

function Log({ project }: { project: ProjectView }) {
  const search = useSearch({ from: "/shell/projects/$projectId/audit" });
  const navigate = useNavigate({ from: "/projects/$projectId/audit" });
  const { data, error, isPlaceholderData } = useQuery({
    ...auditQuery(project.id, search),
    throwOnError: isNoRefusal,
  });
  const actor = data?.entries.find((entry) => entry.actor_id === search.actor_id);
  return (
    <>
      <FilterBar
        project={project}
        search={search}
        actorLabel={actor?.actor_label}
        // A change of the filters starts at the first page.
        onChange={(filters) => void navigate({ search: filters })}
      />
      {data === undefined && error ? (
        <RefusedList error={error} />
      ) : (
        <>
          <Table
            label={words.title}
            columns={columns}
            rows={data?.entries}
            rowKey={(entry) => entry.id}
            isStale={isPlaceholderData}
            empty={<Empty search={search} onClear={() => void navigate({ search: {} })} />}
          />
          <Pager pages={search.pages} next={data?.next_cursor} />
        </>
      )}
    </>
  );
}

const top = "md:!align-top md:!py-3.5";

const columns: Column<AuditEntryView>[] = [
  {
    key: "action",
    header: words.action,
    isRowHeader: true,
    className: `${top} md:w-60`,
    cell: (entry) => <What entry={entry} />,
  },
  {
    key: "changes",
    header: words.changes,
    className: top,
    isStacked: true,
    isBlank: isUntold,
    cell: (entry) => <ChangeList entry={entry} />,
  },
  {
    key: "actor",
    header: words.actor,
    className: `${top} md:w-48`,
    cell: (entry) => <Actor entry={entry} />,
  },
  {
    key: "when",
    header: words.when,
    align: "end",
    className: `${top} md:w-32`,
    cell: (entry) => <Time at={entry.created_at} />,
  },
];

function What({ entry }: { entry: AuditEntryView }) {
  const name = nameOf(entry.before, entry.after);
  return (
    <span className="min-w-0">
      <span className="block font-medium">
        {Object.hasOwn(actions, entry.action) ? actions[entry.action] : entry.action}
      </span>
      {name && <span className="block text-[13px] [overflow-wrap:anywhere]">{name}</span>}
      <code className="block font-mono text-xs break-all text-faint">{entry.resource_id}</code>
    </span>
  );
}

function Actor({ entry }: { entry: AuditEntryView }) {
  const type = Object.hasOwn(actorTypes, entry.actor_type) ? actorTypes[entry.actor_type] : entry.actor_type;
  return (
    <span className="min-w-0 max-md:text-right">
      <Tooltip content={fill(words.filters.byActor, { actor: entry.actor_label })}>
        <Link
          to="/projects/$projectId/audit"
          params={(before) => before as { projectId: string }}
          search={(search: AuditSearch) => ({
            ...filtersOf(search),
            actor_type: entry.actor_type,
            ...(entry.actor_id !== "" && { actor_id: entry.actor_id }),
          })}
          className="block rounded-sm [overflow-wrap:anywhere] underline-offset-2 hover:underline"
        >
          {entry.actor_label}
        </Link>
      </Tooltip>
      <span className="block text-xs text-faint">{type}</span>
    </span>
  );
}

function Empty({ search, onClear }: { search: AuditSearch; onClear: () => void }) {
  if (!isFiltered(search)) {
    return (
      <EmptyState icon={<ScrollText />} title={words.emptyTitle}>
        {words.empty}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<SearchX />}
      title={words.noneTitle}
      actions={<Button onClick={onClear}>{text.ui.clearFilters}</Button>}
    >
      {words.none}
    </EmptyState>
  );
}

function Forbidden({ project }: { project: ProjectView }) {
  const organization = findOrganization(useSession(), project.organization_id);
  return (
    <EmptyState
      icon={<Lock />}
      title={words.forbiddenTitle}
      actions={
        <Button asChild>
          <Link
            to="/organizations/$organizationId/members"
            params={{ organizationId: project.organization_id }}
          >
            {words.members}
          </Link>
        </Button>
      }
    >
      {fill(words.forbidden, { organization: organization?.name ?? "" })}
    </EmptyState>
  );
}
