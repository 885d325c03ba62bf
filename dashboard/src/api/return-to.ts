import { routerBase } from "./base";

/**
 * Where to go after signing in: a path below the dashboard, or its start. Whatever leads elsewhere, or back
 * to the sign-in itself, is not followed.
 */
export function safeReturnTo(wanted: string | undefined, base: string = routerBase): string {
  const start = `${base}/`;
  if (!wanted?.startsWith("/")) return start;
  const url = parse(wanted);
  if (url?.origin !== window.location.origin) return start;
  const isBelow = url.pathname === base || url.pathname.startsWith(`${base}/`);
  if (!isBelow || url.pathname.startsWith(`${base}/sign-in`)) return start;
  return url.pathname + url.search + url.hash;
}

/** The path of this page, to come back to. */
export function currentPath(): string {
  return window.location.pathname + window.location.search;
}

function parse(path: string): URL | undefined {
  try {
    return new URL(path, window.location.origin);
  } catch {
    return undefined;
  }
}
