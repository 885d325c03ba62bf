import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { guideTarget } from "./guide-name";
import { linkStyle } from "./link-style";

/** A link to a guide, by its document's path in the repository: `docs/auth/clerk.md`. */
export function GuideLink({ guide, children }: { guide: string; children: ReactNode }) {
  return (
    <Link to="/guides/$" {...guideTarget(guide)} className={linkStyle}>
      {children}
    </Link>
  );
}
