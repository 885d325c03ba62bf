import { type ReactNode, useEffect, useRef } from "react";

import { takeFocusRequest } from "./focus";
import { Mark } from "./shell/mark";
import { text } from "@/text";
import { useDocumentTitle } from "@/ui/page";

interface AuthFrameProps {
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** Stands below the card. */
  footer?: ReactNode;
}

/** Around the pages by which one gets in. */
export function AuthFrame({ title, description, children, footer }: AuthFrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useDocumentTitle(title);
  useEffect(() => {
    if (takeFocusRequest()) heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <main className="relative isolate grid min-h-dvh place-items-center overflow-hidden px-4 py-10">
      <Weave />
      <div className="w-full max-w-[25rem] animate-rise">
        <p className="mb-6 flex items-center justify-center gap-2.5 text-base font-semibold tracking-tight">
          <Mark className="size-7" />
          {text.ui.product}
        </p>
        <div className="rounded-2xl border border-line bg-surface px-6 py-7 shadow-float sm:px-8">
          <h1
            ref={heading}
            tabIndex={-1}
            className="text-center text-xl font-semibold tracking-tight text-balance"
          >
            {title}
          </h1>
          {description && <div className="mt-1.5 text-center text-pretty text-soft">{description}</div>}
          <div className="mt-6">{children}</div>
        </div>
        {footer && <div className="mt-5 text-center text-[13px] text-soft">{footer}</div>}
      </div>
    </main>
  );
}

/** Threads, running through the background. */
function Weave() {
  return (
    <svg
      aria-hidden
      viewBox="0 0 1440 900"
      preserveAspectRatio="xMidYMid slice"
      className="absolute inset-0 -z-10 size-full fill-none stroke-accent-ink opacity-[0.13] dark:opacity-[0.2]"
    >
      {[0, 1, 2, 3, 4, 5, 6].map((thread) => (
        <path
          key={thread}
          strokeWidth={1.2}
          d={`M-40 ${130 + thread * 26} C 380 ${-60 + thread * 70}, 520 ${840 - thread * 34}, 820 ${600 - thread * 10} S 1280 ${180 + thread * 64}, 1490 ${420 + thread * 30}`}
        />
      ))}
    </svg>
  );
}
