import { lazyRouteComponent } from "@tanstack/react-router";
import { type ComponentType, createElement, lazy } from "react";

import { path, publicApi } from "@/api/client";

/**
 * A page whose code is loaded when it is first asked for. When that fails because a newer version of the instance
 * has other files, the router loads the document again, once.
 */
export const lazyPage: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(() => load().catch(explain), name);

const failed = new Set<() => unknown>();

/** The same for a part of a page. */
export function lazyPart<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> {
  let part = begin();
  function begin(): ComponentType<Props> {
    return lazy(() =>
      load().catch((error: unknown) => {
        failed.add(() => (part = begin()));
        return explain(error);
      }),
    ) as ComponentType<Props>;
  }
  return function Part(props) {
    return createElement(part, props);
  };
}

/** Lets parts that failed be loaded anew; React would remember the failure for good. */
export function forgetFailures(): void {
  for (const begin of failed) begin();
  failed.clear();
}

/**
 * Throws what is the matter with the server, if anything is: the document must not be loaded again then, since the
 * browser would show its own error instead of the dashboard.
 */
async function explain(error: unknown): Promise<never> {
  await publicApi.get(path`/status`);
  throw error;
}
