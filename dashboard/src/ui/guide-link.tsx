import { ArrowUpRight } from "lucide-react";
import type { ReactNode } from "react";

import { linkStyle } from "./link-style";
import { text } from "@/text";

const repository = "https://github.com/threadkeep/threadkeep/blob/main/";

/** A link to a page of the documentation, by its path in the repository: `docs/auth/clerk.md`. */
export function GuideLink({ guide, children }: { guide: string; children: ReactNode }) {
  return (
    <a href={repository + guide} target="_blank" rel="noreferrer" className={linkStyle}>
      {children}
      <ArrowUpRight aria-hidden className="ml-0.5 inline size-3.5 align-[-2px]" />
      <span className="sr-only"> {text.ui.newTab}</span>
    </a>
  );
}
