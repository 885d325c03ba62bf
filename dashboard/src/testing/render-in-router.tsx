import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";

import { TooltipProvider } from "@/ui/tooltip";

/** Renders what has links or tooltips in it. A router draws its page a moment later. */
export function renderInRouter(page: ReactNode) {
  const router = createRouter({
    routeTree: createRootRoute({ component: () => <TooltipProvider>{page}</TooltipProvider> }),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  render(<RouterProvider router={router as never} />);
}
