import { type ReactNode, useState } from "react";

import { changesOf, type FieldChange, inOrder } from "./changes";
import type { AuditEntryView } from "@/api/contract";
import { fill, plural, text } from "@/text";
import { linkStyle } from "@/ui/link-style";
import { Time } from "@/ui/time";

const words = text.audit;
const fieldNames: Record<string, string> = words.fields;
const partyNames: Record<string, string> = words.parties;
const limitNames: Record<string, string> = words.limits;
const order = Object.keys(fieldNames);
const shownAtFirst = 4;

/** The fields that an entry changed, before and after. */
export function ChangeList({ entry }: { entry: AuditEntryView }) {
  const [isWhole, setWhole] = useState(false);
  const { isUpdate, changes } = readChanges(entry);
  if (changes.length === 0) return isUpdate ? <span className="text-faint">{words.noFields}</span> : null;
  // A button to see a single field more would be as long as the field.
  const isLong = changes.length > shownAtFirst + 1;
  const shown = isLong && !isWhole ? changes.slice(0, shownAtFirst) : changes;
  return (
    <div className="min-w-0 text-[13px]">
      <dl className="space-y-1">
        {shown.map((change) => (
          <div key={change.field} className="flex flex-wrap gap-x-2">
            <dt className="shrink-0 text-faint">{labelOf(change.field)}</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">
              <Change change={change} isUpdate={isUpdate} />
            </dd>
          </div>
        ))}
      </dl>
      {isLong && (
        <button
          type="button"
          aria-expanded={isWhole}
          className={`${linkStyle} mt-1 min-h-6`}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? words.less : plural(changes.length - shownAtFirst, words.more)}
        </button>
      )}
    </div>
  );
}

/** True when there is nothing to say of what changed: something without fields was made or removed. */
export function isUntold(entry: AuditEntryView): boolean {
  const { isUpdate, changes } = readChanges(entry);
  return !isUpdate && changes.length === 0;
}

function readChanges({ before, after }: AuditEntryView): { isUpdate: boolean; changes: FieldChange[] } {
  const isUpdate = before !== null && after !== null;
  // The name of what was created or removed stands beside it already.
  const changes = inOrder(changesOf(before, after), order).filter(
    (change) => isUpdate || change.field !== "name",
  );
  return { isUpdate, changes };
}

function Change({ change, isUpdate }: { change: FieldChange; isUpdate: boolean }) {
  if (change.kind === "list") {
    return (
      <span className="flex flex-wrap gap-x-2">
        {change.removed.map((item, index) => (
          <Removed key={index} isMarked={isUpdate}>
            {written(item)}
          </Removed>
        ))}
        {change.added.map((item, index) => (
          <Added key={index} isMarked={isUpdate}>
            {written(item)}
          </Added>
        ))}
      </span>
    );
  }
  if (!isUpdate) return written(change.before ?? change.after);
  return (
    <>
      <Removed isMarked>{written(change.before)}</Removed>
      <span aria-hidden className="mx-1.5 text-faint">
        {arrow}
      </span>
      <Added isMarked>{written(change.after)}</Added>
    </>
  );
}

const arrow = "→";

function Removed({ isMarked, children }: { isMarked: boolean; children: ReactNode }) {
  if (!isMarked) return <span>{children}</span>;
  return (
    <del className="rounded bg-danger-tint px-1 text-danger-ink decoration-danger-ink/50">
      <span className="sr-only">{words.values.was} </span>
      {children}
    </del>
  );
}

function Added({ isMarked, children }: { isMarked: boolean; children: ReactNode }) {
  if (!isMarked) return <span>{children}</span>;
  return (
    <ins className="rounded bg-ok-tint px-1 text-ok-ink no-underline">
      <span className="sr-only">{words.values.becomes} </span>
      {children}
    </ins>
  );
}

function labelOf(field: string): string {
  if (Object.hasOwn(fieldNames, field)) return fieldNames[field] ?? field;
  // A limit of fair use: whose and which.
  const [who = "", what = ""] = field.split(".");
  if (!Object.hasOwn(partyNames, who) || !Object.hasOwn(limitNames, what)) return field;
  return fill(words.limit, { party: partyNames[who] ?? who, limit: limitNames[what] ?? what });
}

function written(value: unknown): ReactNode {
  if (value === null || value === undefined || value === "") return words.values.none;
  if (typeof value === "boolean") return value ? words.values.yes : words.values.no;
  if (typeof value === "string" && isTime(value)) return <Time at={value} show="full" />;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isTime(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
}
