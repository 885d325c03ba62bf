import { useQuery } from "@tanstack/react-query";

import { figuresQuery } from "./figures";
import type { Figure, Figures, Period } from "@/api/contract";
import { fill, number, text } from "@/text";
import { Card } from "@/ui/card";
import { Skeleton } from "@/ui/skeleton";

const words = text.overview.figures;
const periods = ["today", "week", "month"] as const satisfies (keyof Figures)[];
const columns = [
  "threads",
  "messages",
  "active_users",
  "active_visitors",
] as const satisfies (keyof Period)[];

/** How much was written lately, each number with that of the period before. */
export function FiguresCard({ projectId }: { projectId: string }) {
  const { data } = useQuery(figuresQuery(projectId));
  return (
    <Card isFlush title={words.title} description={words.description}>
      <table aria-busy={data === undefined} className="w-full text-left">
        <thead>
          <tr className="border-b border-line text-xs text-faint">
            <td className="h-9 w-1/4 pl-5" />
            {columns.map((column) => (
              <th key={column} scope="col" className="px-2 font-medium last:pr-5">
                {words.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {periods.map((period) => (
            <tr key={period} className="border-b border-line last:border-b-0">
              <th scope="row" className="py-2.5 pl-5 text-[13px] font-normal text-soft">
                {words.periods[period]}
              </th>
              {columns.map((column) => (
                <td key={column} className="px-2 py-2.5 last:pr-5">
                  {data ? <Value figure={data[period][column]} /> : <Skeleton className="h-9 w-16" />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Value({ figure }: { figure: Figure }) {
  return (
    <>
      <span className="block text-lg/6 font-semibold tabular-nums">{number(figure.count)}</span>
      <span className="block text-xs text-faint tabular-nums">
        {fill(words.before, { count: number(figure.before) })}
      </span>
    </>
  );
}
