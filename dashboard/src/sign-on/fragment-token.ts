// The secrets of links stand behind the #, which browsers send nowhere. They are read once and taken out of
// the address bar, so that no screenshot, history or shared screen keeps them.

const taken = new Map<string, string>();

/** The secret of the link that led to this page, also after a detour to another; none without a link. */
export function takeFragmentToken(): string | undefined {
  const { hash, pathname, search } = window.location;
  if (hash.length > 1) {
    taken.set(pathname, decode(hash.slice(1)));
    window.history.replaceState(window.history.state, "", pathname + search);
  }
  return taken.get(pathname);
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
