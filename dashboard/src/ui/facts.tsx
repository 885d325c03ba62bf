import type { ReactNode } from "react";

/** A name and its value. */
export interface Fact {
  label: string;
  value: ReactNode;
}

/** Names and values, as a description list. */
export function Facts({ items }: { items: Fact[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[minmax(8rem,auto)_1fr] sm:items-baseline">
      {items.map((item) => (
        <div key={item.label} className="min-w-0 sm:contents">
          <dt className="text-[13px] text-faint sm:py-1">{item.label}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere] sm:py-1">{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
