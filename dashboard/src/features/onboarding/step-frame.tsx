import type { ReactNode } from "react";

import { PageHeader } from "@/ui/page";

interface StepFrameProps {
  title: string;
  description: ReactNode;
  back?: ReactNode;
  isWide?: boolean;
  children: ReactNode;
}

/** A step: what is asked, and the answer. */
export function StepFrame({ title, description, back, isWide = false, children }: StepFrameProps) {
  return (
    <div className={`animate-rise ${isWide ? "" : "max-w-2xl"}`}>
      <PageHeader title={title} description={description} back={back} />
      {children}
    </div>
  );
}
