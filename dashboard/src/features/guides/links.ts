import { apiRoot, clientRoot } from "@/api/base";
import { guideName } from "@/ui/guide-name";

/** Where a link of a guide leads: to a guide, to another page, or nowhere that can be reached from here. */
export type Target =
  { kind: "guide"; name: string; hash: string | undefined } | { kind: "page"; url: string } | undefined;

/** Documents that the instance serves itself. */
const served: Record<string, string> = {
  "docs/openapi.json": `${clientRoot}/openapi.json`,
  "docs/operator-openapi.json": `${apiRoot}/openapi.json`,
};

/** Reads a link as it stands in the document at `path`. `names` are the guides that there are. */
export function readLink(href: string, path: string, names: readonly string[]): Target {
  if (/^https?:/.test(href)) return { kind: "page", url: href };
  const [relative = "", hash] = href.split("#");
  const to = relative === "" ? path : resolve(relative, path);
  const url = served[to];
  if (url !== undefined) return { kind: "page", url };
  const name = guideName(to);
  return name !== undefined && names.includes(name) ? { kind: "guide", name, hash } : undefined;
}

function resolve(relative: string, from: string): string {
  return new URL(relative, `https://repository.invalid/${from}`).pathname.slice(1);
}

/** The anchor of a heading, as the documents' links know it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}
