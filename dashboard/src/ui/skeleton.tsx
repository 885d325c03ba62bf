import clsx from "clsx";

/** Stands where something is about to be. Give it the size of that. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={clsx("block animate-shimmer rounded-md bg-hover", className)} />;
}
