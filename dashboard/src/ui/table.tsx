import clsx from "clsx";
import type { ReactNode } from "react";

import { Skeleton } from "./skeleton";

/** A column of a table. */
export interface Column<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  align?: "end";
  /** The cell that names the row. */
  isRowHeader?: boolean;
  /** No visible header and no label in the narrow layout: for buttons. */
  isHeaderHidden?: boolean;
  /** In the narrow layout it stands below its label, with all the width there is: for lists and texts. */
  isStacked?: boolean;
  /** Says of a row that there is nothing in the cell: the narrow layout leaves it out, label and all. */
  isBlank?: (row: Row) => boolean;
  className?: string;
}

interface TableProps<Row> {
  /** What is listed. */
  label: string;
  columns: Column<Row>[];
  /** Undefined while it loads. */
  rows: Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Instead of the table when there are no rows. */
  empty: ReactNode;
  skeletonRows?: number;
  /** Dims the rows while others are on the way. */
  isStale?: boolean;
}

/**
 * A list with columns; on narrow screens each row becomes a card. The roles are written out because
 * browsers forget them with the display. For a row that is a link, put `RowLink` into its first cell.
 */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  empty,
  skeletonRows = 6,
  isStale = false,
}: TableProps<Row>) {
  if (rows?.length === 0) return <>{empty}</>;
  return (
    <table
      role="table"
      aria-label={label}
      aria-busy={rows === undefined || isStale}
      className="w-full text-left max-md:block"
    >
      <thead role="rowgroup" className="max-md:sr-only">
        <tr role="row" className="border-b border-line">
          {columns.map((column) => (
            <th
              key={column.key}
              role="columnheader"
              scope="col"
              className={clsx(
                "h-9 px-3 text-xs font-medium whitespace-nowrap text-faint first:pl-5 last:pr-5",
                column.align === "end" && "text-right",
              )}
            >
              {column.isHeaderHidden ? <span className="sr-only">{column.header}</span> : column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody
        role="rowgroup"
        className={clsx("max-md:block", isStale && "opacity-60 transition-opacity delay-150")}
      >
        {rows === undefined
          ? Array.from({ length: skeletonRows }, (_, index) => (
              <SkeletonRow key={index} columns={columns} index={index} />
            ))
          : rows.map((row) => <DataRow key={rowKey(row)} columns={columns} row={row} />)}
      </tbody>
    </table>
  );
}

const rowClass =
  "relative border-b border-line last:border-b-0 has-[[data-row-link]]:hover:bg-hover/60 max-md:block max-md:px-5 max-md:py-3";
const cellClass = "h-12 px-3 py-2 align-middle first:pl-5 last:pr-5 max-md:h-auto max-md:!px-0 max-md:py-0.5";
const beside = "max-md:flex max-md:min-h-7 max-md:items-center max-md:justify-between max-md:gap-4";

/** Where the content of a cell stands in the narrow layout. */
function narrowClass<Row>(column: Column<Row>, row: Row): string {
  if (column.isBlank?.(row)) return "max-md:hidden";
  if (column.isStacked) return "max-md:block";
  return column.isRowHeader ? beside : `${beside} max-md:text-right`;
}

function DataRow<Row>({ columns, row }: { columns: Column<Row>[]; row: Row }) {
  return (
    <tr role="row" className={rowClass}>
      {columns.map((column) => {
        const content = (
          <>
            {!column.isRowHeader && !column.isHeaderHidden && (
              <span aria-hidden className="shrink-0 text-xs text-faint md:hidden">
                {column.header}
              </span>
            )}
            {column.cell(row)}
          </>
        );
        const classes = clsx(
          cellClass,
          narrowClass(column, row),
          column.align === "end" && "md:text-right",
          column.className,
        );
        return column.isRowHeader ? (
          <th key={column.key} role="rowheader" scope="row" className={clsx(classes, "font-normal")}>
            {content}
          </th>
        ) : (
          <td key={column.key} role="cell" className={classes}>
            {content}
          </td>
        );
      })}
    </tr>
  );
}

const widths = ["w-3/5", "w-2/5", "w-1/2", "w-3/4"];

function SkeletonRow<Row>({ columns, index }: { columns: Column<Row>[]; index: number }) {
  return (
    <tr role="row" className={rowClass}>
      {columns.map((column, at) => (
        <td
          key={column.key}
          role="cell"
          className={clsx(cellClass, column.className, at > 0 ? "max-md:hidden" : beside)}
        >
          <Skeleton
            className={clsx(
              "h-3.5 max-w-48",
              column.align === "end" && "md:ml-auto",
              widths[(index + at) % 4],
            )}
          />
        </td>
      ))}
    </tr>
  );
}
