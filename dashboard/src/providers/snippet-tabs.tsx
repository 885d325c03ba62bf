import { useState } from "react";

import { installCommand, type Platform, snippetFiles, type SnippetSource } from "./snippets";
import { text } from "@/text";
import { CodeBlock } from "@/ui/code-block";
import { Tabs } from "@/ui/tabs";

const words = text.providers.snippets;
const platforms = ["react", "next", "fetch"] as const;

interface SnippetTabsProps {
  source: SnippetSource;
  /** The project's base URL. */
  baseUrl: string;
}

/** The code for an app, by where it runs. */
export function SnippetTabs({ source, baseUrl }: SnippetTabsProps) {
  const [platform, setPlatform] = useState<Platform>("react");
  return (
    <Tabs
      label={words.tabs}
      value={platform}
      onChange={setPlatform}
      tabs={platforms.map((each) => ({
        value: each,
        label: words[each],
        content: <Files source={source} platform={each} baseUrl={baseUrl} />,
      }))}
    />
  );
}

function Files({ source, platform, baseUrl }: SnippetTabsProps & { platform: Platform }) {
  const install = installCommand(platform);
  return (
    <div className="space-y-3">
      {install && <CodeBlock code={install} what={words.command} />}
      {snippetFiles(source, platform, baseUrl).map((file) => (
        <CodeBlock key={file.caption} code={file.code} caption={file.caption} what={words.snippet} />
      ))}
    </div>
  );
}
