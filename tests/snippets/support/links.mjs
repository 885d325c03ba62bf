// The links of a document, and what may be linked to within it.

const withoutBlocks = (markdown) => markdown.replace(/^```[\s\S]*?^```$/gm, "");

/** Where the links to other files and to headings lead. */
export function linksOf(markdown) {
  return [...withoutBlocks(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of the headings, as GitHub makes them. */
export function anchorsOf(markdown) {
  const headings = [...withoutBlocks(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(
    ([, heading]) => heading,
  );
  return new Set(headings.map(anchorOf));
}

const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
