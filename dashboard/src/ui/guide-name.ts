// Guides are documents of the repository that the dashboard carries.

/** Documents that are not in `docs`, by the name of their guide. */
const others: Record<string, string> = { "SECURITY.md": "security", "config.example.toml": "config" };

/** The name of the guide that a document is, by its path in the repository: `auth/clerk` for `docs/auth/clerk.md`. */
export function guideName(path: string): string | undefined {
  return others[path] ?? /^docs\/(.+?)(?:\/README)?\.md$/.exec(path)?.[1];
}

/** A document, and perhaps a heading in it, as the parts of a router's link: `docs/auth/oidc.md#okta`. */
export function guideTarget(document: string): { params: { _splat: string }; hash?: string } {
  const [path = "", hash] = document.split("#");
  return { params: { _splat: guideName(path) ?? path }, ...(hash ? { hash } : {}) };
}
