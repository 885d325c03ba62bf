import { waysIn } from "./checklist";
import type { FirstSteps, ProjectView, RuleView } from "@/api/contract";
import type { SnippetSource } from "@/providers/snippets";
import { fill, text } from "@/text";

const words = text.overview.connect;

/** A way in, by the name that a list of them needs, with the code that takes it. */
export interface NamedSource {
  id: string;
  label: string;
  source: SnippetSource;
}

/** The code that suits each of the ways in; `rules` is undefined while they load. */
export function sourcesOf(
  project: ProjectView,
  steps: FirstSteps,
  rules: RuleView[] | undefined,
): NamedSource[] {
  return waysIn(project, steps).flatMap((way): NamedSource[] => {
    switch (way) {
      case "rule":
        return (rules ?? []).map((rule) => ({
          id: rule.id,
          label: fill(words.rule, { name: rule.name }),
          source: { kind: "preset", preset: rule.provider, workspace: rule.workspace, rule },
        }));
      case "apiKey":
        return [{ id: "backend", label: words.backend, source: { kind: "backend" } }];
      case "anonymous":
        return [{ id: "anonymous", label: words.anonymous, source: { kind: "anonymous" } }];
    }
  });
}
