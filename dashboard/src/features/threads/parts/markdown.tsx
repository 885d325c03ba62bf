import { Square, SquareCheck } from "lucide-react";
import { Component, type ComponentProps, memo, type ReactNode, useMemo } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

import { LongText } from "./long-text";
import { isWithinReach, weightOf } from "./markdown-reach";
import { RemoteLink } from "./remote-link";
import { useTurn } from "./turns";
import { innerPicture, safeUrl } from "../transcript/links";
import { text } from "@/text";
import { CodeBlock } from "@/ui/code-block";

const words = text.threads.part;

/**
 * What a person or a model wrote, as Markdown. HTML in it stays text, addresses of scripts are none. What would
 * keep the browser busy is shown as it was written, and so is everything until it has its turn.
 */
export const MarkdownText = memo(function MarkdownText({ source }: { source: string }) {
  const isReached = useMemo(() => isWithinReach(source), [source]);
  return isReached ? <MarkdownInTurn source={source} /> : <LongText text={source} />;
});

function MarkdownInTurn({ source }: { source: string }) {
  const weight = useMemo(() => weightOf(source), [source]);
  if (!useTurn(weight)) return <LongText text={source} />;
  return (
    <PlainWhenBroken source={source}>
      <div dir="auto" className="w-full space-y-3 leading-relaxed [overflow-wrap:anywhere]">
        <Markdown remarkPlugins={plugins} components={components} urlTransform={keptUrl}>
          {source}
        </Markdown>
      </div>
    </PlainWhenBroken>
  );
}

const plugins = [remarkGfm];

function keptUrl(url: string): string {
  return safeUrl(url) ?? innerPicture(url) ?? "";
}

// A message's headings are none of the page's outline.
function Heading({ children }: { children?: ReactNode }) {
  return <p className="pt-1 font-semibold">{children}</p>;
}

const components: Components = {
  h1: ({ children }) => <p className="pt-1 text-base font-semibold">{children}</p>,
  h2: ({ children }) => <p className="pt-1 text-base font-semibold">{children}</p>,
  h3: Heading,
  h4: Heading,
  h5: Heading,
  h6: Heading,
  a: ({ href, children }) => <RemoteLink url={href ?? ""}>{children}</RemoteLink>,
  img: ({ src, alt }) => <Picture source={typeof src === "string" ? src : ""} label={alt ?? ""} />,
  ul: ({ children }) => <ul className="list-disc space-y-1 pl-5">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="list-decimal space-y-1 pl-5">
      {children}
    </ol>
  ),
  blockquote: ({ children }) => (
    <blockquote className="space-y-2 border-l-2 border-edge/60 pl-3 text-soft">{children}</blockquote>
  ),
  hr: () => <hr className="border-line" />,
  pre: ({ children }) => <>{children}</>,
  code: Code,
  table: ({ children }) => (
    // It scrolls, so that it must be reachable by the keyboard.
    <div
      role="region"
      aria-label={words.table}
      tabIndex={0} // eslint-disable-line jsx-a11y-x/no-noninteractive-tabindex
      className="overflow-x-auto rounded-lg border border-line"
    >
      <table className="w-full text-left text-[13px]">{children}</table>
    </div>
  ),
  th: ({ children }) => (
    <th className="border-b border-line bg-sunken px-3 py-1.5 font-medium">{children}</th>
  ),
  td: ({ children }) => <td className="border-b border-line px-3 py-1.5 align-top">{children}</td>,
  input: ({ checked }) => <Check isDone={checked === true} />,
  section: ({ children }) => <div className="border-t border-line pt-2 text-[13px]">{children}</div>,
  sup: ({ children }) => <sup>{children}</sup>,
};

/** Code in a line, or a block of it: those end with a line break. */
function Code({ children, className }: ComponentProps<"code">) {
  const code = typeof children === "string" ? children : "";
  if (!code.includes("\n") && !className)
    return <code className="rounded bg-hover px-1 py-0.5 font-mono text-[0.9em]">{children}</code>;
  const language = /language-([\w+#.-]{1,30})/.exec(className ?? "")?.[1];
  return (
    <CodeBlock
      code={code.replace(/\n$/, "")}
      what={words.code}
      {...(language ? { caption: language } : {})}
    />
  );
}

function Picture({ source, label }: { source: string; label: string }) {
  if (innerPicture(source) !== undefined)
    return <img src={source} alt={label} className="max-h-96 max-w-full rounded-lg border border-line" />;
  return <RemoteLink url={source}>{label === "" ? words.image : label}</RemoteLink>;
}

function Check({ isDone }: { isDone: boolean }) {
  const Icon = isDone ? SquareCheck : Square;
  return (
    <>
      <Icon aria-hidden className="mr-1.5 inline size-3.5 -translate-y-px text-faint" />
      <span className="sr-only">{isDone ? words.done : words.open}</span>
    </>
  );
}

/** Whatever makes the reader of Markdown stumble is shown as it was written. */
class PlainWhenBroken extends Component<{ source: string; children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? <LongText text={this.props.source} /> : this.props.children;
  }
}
