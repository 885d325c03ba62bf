import { Link } from "@tanstack/react-router";
import { ArrowUpRight } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import Markdown, { type Components, type ExtraProps } from "react-markdown";
import remarkGfm from "remark-gfm";

import { guideNames } from "./library";
import { anchorOf, readLink } from "./links";
import { fill, text } from "@/text";
import { CodeBlock } from "@/ui/code-block";
import { linkStyle } from "@/ui/link-style";

const words = text.guides;

/** The Markdown of the document at `path`. */
export function GuideText({ path, body }: { path: string; body: string }) {
  return (
    <div className="max-w-3xl space-y-4 leading-relaxed [overflow-wrap:anywhere]">
      <Markdown
        remarkPlugins={plugins}
        components={{ ...components, a: ({ href = "", children }) => <To {...{ href, path, children }} /> }}
      >
        {body}
      </Markdown>
    </div>
  );
}

const plugins = [remarkGfm];

const components: Components = {
  h2: ({ children, node }) => (
    <h2 id={anchorOf(textOf(node))} className="scroll-mt-16 pt-4 text-lg font-semibold">
      {children}
    </h2>
  ),
  h3: ({ children, node }) => (
    <h3 id={anchorOf(textOf(node))} className="scroll-mt-16 pt-2 font-semibold">
      {children}
    </h3>
  ),
  ul: ({ children }) => <ul className="list-disc space-y-1 pl-5">{children}</ul>,
  ol: ({ children }) => <ol className="list-decimal space-y-1 pl-5">{children}</ol>,
  pre: ({ children }) => <>{children}</>,
  code: Code,
  table: ({ children }) => (
    // It scrolls, so that it must be reachable by the keyboard.
    <div
      tabIndex={0} // eslint-disable-line jsx-a11y-x/no-noninteractive-tabindex
      className="overflow-x-auto rounded-lg border border-line"
    >
      <table className="w-full text-left text-[13px]">{children}</table>
    </div>
  ),
  th: ({ children, node }) => {
    // The corner of a table that has names at its side, too, is no header.
    const Cell = textOf(node).trim() === "" ? "td" : "th";
    return <Cell className="border-b border-line bg-sunken px-3 py-1.5 font-medium">{children}</Cell>;
  },
  td: ({ children }) => <td className="border-b border-line px-3 py-1.5 align-top">{children}</td>,
};

interface Node {
  value?: unknown;
  children?: readonly Node[];
}

/** What a heading says, without its marks. */
function textOf(node: Node | undefined): string {
  if (typeof node?.value === "string") return node.value;
  return (node?.children ?? []).map(textOf).join("");
}

/** Code in a line, or a block of it, under the name of the file that it is. */
function Code({ children, className, node }: ComponentProps<"code"> & ExtraProps) {
  const code = typeof children === "string" ? children : "";
  if (!code.endsWith("\n"))
    return <code className="rounded bg-hover px-1 py-0.5 font-mono text-[0.9em]">{children}</code>;
  const { meta } = node?.data ?? {};
  const attribute = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(meta ?? "")?.[1];
  const target = attribute("instead-in");
  const caption = target === undefined ? attribute("file") : fill(words.within, { file: target });
  const language = /language-(\S+)/.exec(className ?? "")?.[1];
  return (
    <CodeBlock
      code={code.slice(0, -1)}
      what={language === "sh" ? words.command : words.code}
      caption={caption}
    />
  );
}

function To({ href, path, children }: { href: string; path: string; children: ReactNode }) {
  const target = readLink(href, path, guideNames);
  switch (target?.kind) {
    case undefined:
      return <>{children}</>;
    case "guide":
      return (
        <Link to="/guides/$" params={{ _splat: target.name }} hash={target.hash} className={linkStyle}>
          {children}
        </Link>
      );
    case "page":
      return (
        <a href={target.url} target="_blank" rel="noreferrer" className={linkStyle}>
          {children}
          <ArrowUpRight aria-hidden className="ml-0.5 inline size-3.5 align-[-2px]" />
          <span className="sr-only"> {text.ui.newTab}</span>
        </a>
      );
  }
}
