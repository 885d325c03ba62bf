import { useQuery } from "@tanstack/react-query";

import { type AuditFilters, type AuditSearch, filtersOf, isFiltered } from "./search";
import type { MemberView, ProjectView } from "@/api/contract";
import { membersQuery } from "@/features/members/queries";
import { text } from "@/text";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Select, TextInput } from "@/ui/input";

const words = text.audit.filters;

interface FilterBarProps {
  project: ProjectView;
  search: AuditSearch;
  /** What the actor in the search is called, should they be no member. */
  actorLabel: string | undefined;
  onChange: (filters: AuditFilters) => void;
}

/** What the log is narrowed to; each choice takes effect at once. */
export function FilterBar({ project, search, actorLabel, onChange }: FilterBarProps) {
  const { data } = useQuery({ ...membersQuery(project.organization_id), throwOnError: false });
  const change = (changed: Partial<Record<keyof AuditFilters, string>>) =>
    onChange(without({ ...filtersOf(search), ...changed }));
  const isBackwards = search.from !== undefined && search.to !== undefined && search.to < search.from;
  return (
    <div
      role="group"
      aria-label={words.label}
      className="flex flex-wrap items-end gap-3 border-b border-line px-5 py-4"
    >
      <Field label={words.resource} className="w-40 max-sm:w-full">
        <Select
          value={search.resource_type ?? ""}
          onChange={(event) => change({ resource_type: event.target.value })}
        >
          <option value="">{words.anyResource}</option>
          {resourcesFor(search.resource_type).map(([type, label]) => (
            <option key={type} value={type}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={words.actor} className="w-52 max-sm:w-full">
        <ActorSelect
          members={data?.members ?? []}
          search={search}
          label={actorLabel}
          onChange={(actor_type, actor_id) => change({ actor_type, actor_id })}
        />
      </Field>
      <Field label={words.from} className="w-40 max-sm:flex-1">
        <TextInput
          type="date"
          value={search.from ?? ""}
          onChange={(event) => change({ from: event.target.value })}
        />
      </Field>
      <Field
        label={words.to}
        error={isBackwards ? words.wrongOrder : undefined}
        className="w-40 max-sm:flex-1"
      >
        <TextInput
          type="date"
          min={search.from}
          value={search.to ?? ""}
          onChange={(event) => change({ to: event.target.value })}
        />
      </Field>
      {isFiltered(search) && (
        <Button look="ghost" onClick={() => onChange({})}>
          {text.ui.clearFilters}
        </Button>
      )}
    </div>
  );
}

interface ActorSelectProps {
  members: MemberView[];
  search: AuditSearch;
  label: string | undefined;
  onChange: (type: string, id: string) => void;
}

function ActorSelect({ members, search, label, onChange }: ActorSelectProps) {
  const { actor_type: type = "", actor_id: id = "" } = search;
  const isListed =
    id === ""
      ? ["", "api_key", "command_line"].includes(type)
      : members.some((member) => member.operator_id === id);
  const value = actorValue(type, id);
  return (
    <Select
      value={value}
      onChange={(event) => {
        const [chosenType = "", chosenId = ""] = event.target.value.split(" ");
        onChange(chosenType, chosenId);
      }}
    >
      <option value="">{words.anyActor}</option>
      {!isListed && <option value={value}>{label ?? (id || type)}</option>}
      <optgroup label={words.operators}>
        {members.map((member) => (
          <option key={member.operator_id} value={actorValue("operator", member.operator_id)}>
            {member.name}
          </option>
        ))}
      </optgroup>
      <optgroup label={words.others}>
        <option value="api_key">{words.anyApiKey}</option>
        <option value="command_line">{words.commandLine}</option>
      </optgroup>
    </Select>
  );
}

function actorValue(type: string, id: string): string {
  return id === "" ? type : `${type} ${id}`;
}

/** What can be chosen, and what a link has chosen although nobody offers it. */
function resourcesFor(chosen: string | undefined): [type: string, label: string][] {
  const offered: [string, string][] = Object.entries(text.audit.resources);
  const isOffered = chosen === undefined || offered.some(([type]) => type === chosen);
  return isOffered ? offered : [...offered, [chosen, chosen]];
}

/** Without what was emptied. */
function without(filters: Partial<Record<keyof AuditFilters, string>>): AuditFilters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));
}
