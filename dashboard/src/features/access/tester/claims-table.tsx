import { useId } from "react";

import { type Claims, momentOf, writeText, writeValue } from "./decode";
import { text } from "@/text";
import { Badge } from "@/ui/badge";
import { Time, useNow } from "@/ui/time";

const words = text.access.test;
const meanings: Record<string, string> = words.known;

/** A part of a token: each claim with its meaning and its value; times as ages. */
export function ClaimsTable({ title, claims }: { title: string; claims: Claims }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0">
      <h3 id={id} className="border-b border-line bg-sunken/60 px-5 py-2 text-[13px] font-medium">
        {title}
      </h3>
      {claims.length === 0 ? (
        <p className="px-5 py-3 text-[13px] text-faint">{words.empty}</p>
      ) : (
        <dl className="divide-y divide-line">
          {claims.map(([name, value]) => (
            <div key={name} className="grid gap-x-4 px-5 py-2 sm:grid-cols-[9rem_1fr]">
              <dt className="min-w-0">
                <code className="font-mono text-[13px] break-all">{writeText(name)}</code>
                {Object.hasOwn(meanings, name) && (
                  <span className="ml-2 text-xs text-faint sm:ml-0 sm:block">{meanings[name]}</span>
                )}
              </dt>
              <dd className="min-w-0">
                <Value name={name} value={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  const now = useNow();
  const moment = momentOf(name, value);
  if (moment) {
    return (
      <span className="flex flex-wrap items-center gap-x-2">
        <Time at={moment.toISOString()} show="full" />
        <code className="font-mono text-xs text-faint">{String(value)}</code>
        {name === "exp" && moment.getTime() <= now && <Badge tone="danger">{words.expired}</Badge>}
        {name === "nbf" && moment.getTime() > now && <Badge tone="danger">{words.early}</Badge>}
      </span>
    );
  }
  return (
    <>
      <code className="font-mono text-[13px] break-all whitespace-pre-wrap">{writeValue(value)}</code>
      {moment === null && (
        <span className="ml-2">
          <Badge tone="warn">{words.notTime}</Badge>
        </span>
      )}
    </>
  );
}
