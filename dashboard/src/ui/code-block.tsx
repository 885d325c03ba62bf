import clsx from "clsx";

import { CopyButton } from "./copy-button";
import { Highlighted } from "./highlight";

interface CodeBlockProps {
  code: string;
  /** What it is: "snippet", "command". Names it and the copy button. */
  what: string;
  /** A file name or language above it. */
  caption?: string;
  className?: string;
}

/** Code to copy. */
export function CodeBlock({ code, what, caption, className }: CodeBlockProps) {
  return (
    <figure className={clsx("min-w-0 overflow-hidden rounded-xl border border-line bg-sunken", className)}>
      {caption && (
        <figcaption className="flex items-center justify-between border-b border-line py-1.5 pr-1.5 pl-4 font-mono text-xs text-faint">
          {caption}
          <CopyButton value={code} what={caption} />
        </figcaption>
      )}
      <div className="relative">
        <pre
          // It scrolls, so that it must be reachable by the keyboard.
          tabIndex={0} // eslint-disable-line jsx-a11y-x/no-noninteractive-tabindex
          role="group"
          aria-label={caption ?? what}
          className={clsx(
            "overflow-x-auto px-4 py-3 font-mono text-[13px] leading-relaxed focus-visible:-outline-offset-2",
            !caption && "pr-12",
          )}
        >
          <code>
            <Highlighted code={code} />
          </code>
        </pre>
        {!caption && (
          <div className="absolute top-1.5 right-1.5 rounded-lg bg-sunken">
            <CopyButton value={code} what={what} />
          </div>
        )}
      </div>
    </figure>
  );
}

/** A short value to copy: an id, a URL. */
export function CopyLine({ value, what }: { value: string; what: string }) {
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1">
      <code className="truncate font-mono text-[13px]" title={value}>
        {value}
      </code>
      <CopyButton value={value} what={what} />
    </span>
  );
}
