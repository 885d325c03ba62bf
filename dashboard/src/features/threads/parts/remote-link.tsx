import type { ReactNode } from "react";

import { safeUrl } from "../transcript/links";
import { linkStyle } from "@/ui/link-style";

/** A link out of a message: it opens elsewhere, and tells the place it leads to nothing. */
export function RemoteLink({
  url,
  children,
  className = linkStyle,
}: {
  url: string;
  children: ReactNode;
  className?: string;
}) {
  const safe = safeUrl(url);
  if (safe === undefined) return <span>{children}</span>;
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer nofollow" title={safe} className={className}>
      {children}
    </a>
  );
}
