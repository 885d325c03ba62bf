import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";

interface DisclosureProps {
  icon: ReactNode;
  title: ReactNode;
  /** Stands at the right end of the line. */
  aside?: ReactNode;
  isOpenAtFirst?: boolean;
  children: ReactNode;
}

/** Something that is shown on demand. Its content is made when it is first opened. */
export function Disclosure({ icon, title, aside, isOpenAtFirst = false, children }: DisclosureProps) {
  const [wasOpen, setWasOpen] = useState(isOpenAtFirst);
  return (
    <details
      open={isOpenAtFirst}
      onToggle={(event) => event.currentTarget.open && setWasOpen(true)}
      className="group min-w-0 rounded-lg border border-line bg-surface open:w-full"
    >
      <summary className="flex min-h-9 list-none items-center gap-2 rounded-lg px-3 py-1.5 text-[13px] hover:bg-hover/60 [&::-webkit-details-marker]:hidden">
        <span aria-hidden className="shrink-0 text-faint [&>svg]:size-4">
          {icon}
        </span>
        <span className="min-w-0 flex-1 truncate">{title}</span>
        {aside}
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-faint transition-transform group-open:rotate-90"
        />
      </summary>
      {wasOpen && <div className="space-y-3 border-t border-line px-3 py-3">{children}</div>}
    </details>
  );
}
