import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";

import { type NamedSource, sourcesOf } from "./sources";
import type { FirstSteps, ProjectView } from "@/api/contract";
import { useSession } from "@/api/session";
import { rulesQuery } from "@/features/access/queries";
import { backendFiles } from "@/providers/snippets";
import { SnippetTabs } from "@/providers/snippet-tabs";
import { fill, number, text } from "@/text";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { CodeBlock, CopyLine } from "@/ui/code-block";
import { Facts } from "@/ui/facts";
import { Field } from "@/ui/field";
import { Select } from "@/ui/input";
import { Skeleton } from "@/ui/skeleton";
import { useNow } from "@/ui/time";

const words = text.overview.connect;

interface ConnectCardProps {
  project: ProjectView;
  steps: FirstSteps;
  /** Leaves the code away until it is asked for. */
  isFolded: boolean;
}

/** The project's base URL, and the code that connects an app. */
export function ConnectCard({ project, steps, isFolded }: ConnectCardProps) {
  const [isOpen, setOpen] = useState(!isFolded);
  const id = useId();
  return (
    <Card
      title={isFolded ? words.another : words.title}
      description={words.description}
      actions={
        isFolded && (
          <Button
            size="sm"
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            icon={
              <ChevronDown
                aria-hidden
                className={`size-4 transition-transform ${isOpen ? "rotate-180" : ""}`}
              />
            }
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? words.hide : words.show}
          </Button>
        )
      }
    >
      <div className="space-y-5">
        <ProjectFacts project={project} />
        {isOpen && (
          <div id={id}>
            <Code project={project} steps={steps} />
          </div>
        )}
      </div>
    </Card>
  );
}

function ProjectFacts({ project }: { project: ProjectView }) {
  const month = new Intl.DateTimeFormat(document.documentElement.lang, {
    month: "long",
    timeZone: "UTC",
  }).format(useNow());
  const ofCap = (active: number, cap: number | null) =>
    cap === null ? number(active) : fill(words.ofCap, { users: number(active), cap: number(cap) });
  return (
    <Facts
      items={[
        { label: words.baseUrl, value: <CopyLine value={project.base_url} what={words.baseUrl} /> },
        {
          label: fill(words.active, { month }),
          value: ofCap(project.active_users, project.active_user_cap),
        },
        {
          label: fill(words.visitors, { month }),
          value: ofCap(project.active_visitors, project.active_visitor_cap),
        },
      ]}
    />
  );
}

function Code({ project, steps }: { project: ProjectView; steps: FirstSteps }) {
  const { data } = useQuery({ ...rulesQuery(project.id), enabled: steps.has_rule });
  const [chosenId, setChosen] = useState<string>();
  if (steps.has_rule && !data) return <Skeleton className="h-64 rounded-xl" />;
  const sources = sourcesOf(project, steps, data?.rules);
  const chosen = sources.find((source) => source.id === chosenId) ?? sources[0];
  if (!chosen) return <p className="text-soft">{words.none}</p>;
  return (
    <div className="space-y-5">
      {sources.length > 1 && (
        <Field label={words.way} className="max-w-sm">
          <Select value={chosen.id} onChange={(event) => setChosen(event.target.value)}>
            {sources.map((source) => (
              <option key={source.id} value={source.id}>
                {source.label}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Snippets project={project} chosen={chosen} />
    </div>
  );
}

function Snippets({ project, chosen }: { project: ProjectView; chosen: NamedSource }) {
  const { public_url: publicUrl } = useSession();
  if (chosen.source.kind !== "backend")
    return <SnippetTabs source={chosen.source} baseUrl={project.base_url} />;
  const providerWords = text.providers.snippets;
  return (
    <>
      <h3 className="font-medium">{providerWords.serverTitle}</h3>
      {backendFiles(publicUrl, `<${words.apiKeyPlaceholder}>`).map((file) => (
        <CodeBlock key={file.caption} code={file.code} caption={file.caption} what={file.caption} />
      ))}
      <h3 className="font-medium">{providerWords.browserTitle}</h3>
      <SnippetTabs source={chosen.source} baseUrl={project.base_url} />
    </>
  );
}
