import type { ReactNode } from "react";

/** Names and values, as a description list. */
export function Facts({
  items,
}: {
  items: { label: string; value: ReactNode }[];
}) {
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[minmax(8rem,auto)_1fr]">
      {items.map((item) => (
        <div key={item.label} className="min-w-0 sm:contents">
          <dt className="text-[13px] text-faint sm:py-1">{item.label}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere] sm:py-1">
            {item.value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
