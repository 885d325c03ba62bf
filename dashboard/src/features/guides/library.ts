// The documents that the dashboard carries, each in a file of its own that is loaded when it is read.

import { guideName } from "@/ui/guide-name";

const above = "../../../../";
const documents = import.meta.glob<string>(
  [
    "../../../../docs/*.md",
    "../../../../docs/auth/*.md",
    "../../../../SECURITY.md",
    "../../../../config.example.toml",
  ],
  { query: "?raw", import: "default" },
);

/** A document, taken apart. */
export interface Guide {
  /** Its path in the repository, from which its links go. */
  path: string;
  title: string;
  /** Markdown without the title. */
  body: string;
}

const paths = new Map(
  Object.keys(documents).map((key) => {
    const path = key.slice(above.length);
    return [guideName(path), path] as const;
  }),
);

/** The names of all guides. */
export const guideNames = [...paths.keys()].flatMap((name) => name ?? []);

/** The guide of that name, if there is one. */
export async function loadGuide(name: string): Promise<Guide | undefined> {
  const path = paths.get(name);
  const text = await (path === undefined ? undefined : documents[above + path]?.());
  if (path === undefined || text === undefined) return undefined;
  if (!path.endsWith(".md")) return { path, title: path, body: `\`\`\`toml\n${text.trimEnd()}\n\`\`\`` };
  const [, title = path, body = ""] = /^# (.+)\n([\s\S]*)$/.exec(text) ?? [];
  return { path, title, body };
}
