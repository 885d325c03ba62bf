import { ListFilter, X } from "lucide-react";
import { useState } from "react";

import { activeFilters, type FilterChange, type Filters, type ThreadsSearch } from "./search";
import { useForm } from "@/forms/use-form";
import { writtenDay } from "@/routing/days";
import { fill, plural, text } from "@/text";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Select, TextInput } from "@/ui/input";
import { Popover } from "@/ui/popover";

const words = text.threads.filters;

interface FiltersProps {
  search: ThreadsSearch;
  onChange: (filters: FilterChange) => void;
}

/** The button behind which the filters are. */
export function FilterButton({ search, onChange }: FiltersProps) {
  const [isOpen, setOpen] = useState(false);
  const count = activeFilters(search).length;
  return (
    <Popover
      label={words.title}
      align="end"
      isOpen={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button icon={<ListFilter aria-hidden className="size-4" />}>
          <span className="max-sm:sr-only">{words.title}</span>
          {count > 0 && (
            <span
              aria-hidden
              className="grid h-5 min-w-5 place-items-center rounded-full bg-accent-tint px-1 text-xs text-accent-ink"
            >
              {count}
            </span>
          )}
          {count > 0 && <span className="sr-only">{plural(count, words.active)}</span>}
        </Button>
      }
    >
      <FilterForm
        search={search}
        onChange={(filters) => {
          setOpen(false);
          onChange(filters);
        }}
      />
    </Popover>
  );
}

function FilterForm({ search, onChange }: FiltersProps) {
  const form = useForm({
    initial: {
      user: search.user ?? "",
      workspace: search.workspace ?? "",
      archived: search.archived ?? "",
      from: search.from ?? "",
      to: search.to ?? "",
    },
    validate: ({ from, to }) => (from !== "" && to !== "" && to < from ? { to: words.wrongOrder } : {}),
    submit: (values) => {
      onChange(values);
      return Promise.resolve();
    },
  });
  const { values, change } = form;
  return (
    <form noValidate onSubmit={form.onSubmit} className="space-y-3.5">
      <Field label={words.user}>
        <TextInput isCode value={values.user} onChange={(event) => change({ user: event.target.value })} />
      </Field>
      <Field label={words.workspace}>
        <TextInput
          isCode
          value={values.workspace}
          onChange={(event) => change({ workspace: event.target.value })}
        />
      </Field>
      <Field label={words.archived}>
        <Select value={values.archived} onChange={(event) => change({ archived: event.target.value })}>
          <option value="">{words.archivedChoices.all}</option>
          <option value="false">{words.archivedChoices.false}</option>
          <option value="true">{words.archivedChoices.true}</option>
        </Select>
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label={words.from}>
          <TextInput
            type="date"
            value={values.from}
            onChange={(event) => change({ from: event.target.value })}
          />
        </Field>
        <Field label={words.to} error={form.errorOf("to")}>
          <TextInput type="date" value={values.to} onChange={(event) => change({ to: event.target.value })} />
        </Field>
      </div>
      <div className="flex justify-end pt-1">
        <Button type="submit" look="primary" size="sm">
          {words.apply}
        </Button>
      </div>
    </form>
  );
}

/** The filters in use, each to take away. */
export function FilterChips({ search, onChange }: FiltersProps) {
  const names = activeFilters(search);
  if (names.length === 0) return null;
  return (
    <ul aria-label={words.title} className="flex flex-wrap gap-1.5">
      {names.map((name) => {
        const label = chipLabel(name, search);
        return (
          <li key={name} className="max-w-full">
            <button
              type="button"
              aria-label={fill(words.remove, { name: label })}
              onClick={() => onChange({ [name]: undefined })}
              className="inline-flex h-7 max-w-full items-center gap-1.5 rounded-full border border-line bg-surface pr-2 pl-3 text-[13px] hover:bg-hover"
            >
              <span className="truncate">{label}</span>
              <X aria-hidden className="size-3.5 shrink-0 text-faint" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function chipLabel(name: keyof Filters, search: ThreadsSearch): string {
  const value = search[name] ?? "";
  switch (name) {
    case "archived":
      return words.chips.archived[search.archived ?? "false"];
    case "from":
    case "to":
      return fill(words.chips[name], { value: writtenDay(value) });
    default:
      return fill(words.chips[name], { value });
  }
}
