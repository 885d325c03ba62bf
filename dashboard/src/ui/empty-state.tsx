import type { ReactNode } from "react";

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  /** Why there is nothing, and what to do next. */
  children?: ReactNode;
  actions?: ReactNode;
  /** It is all there is on the page, so that its title is the page's heading. */
  isPage?: boolean;
}

/** Instead of an empty list: what would be here, and the next step. */
export function EmptyState({ icon, title, children, actions, isPage = false }: EmptyStateProps) {
  const Heading = isPage ? "h1" : "h2";
  return (
    <div className="mx-auto flex max-w-md flex-col items-center px-6 py-14 text-center">
      <span
        aria-hidden
        className="mb-4 grid size-11 place-items-center rounded-xl border border-line bg-sunken text-faint [&>svg]:size-5"
      >
        {icon}
      </span>
      <Heading className="font-semibold">{title}</Heading>
      {children && <div className="mt-1 text-pretty text-soft">{children}</div>}
      {actions && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
