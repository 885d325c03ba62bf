import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";

import "./theme";

import { requestFocus } from "./focus";
import { createAppRouter } from "./router";
import { setCsrfToken, setOnSignedOut } from "@/api/client";
import { createQueryClient } from "@/api/query-client";
import { currentPath } from "@/api/return-to";
import { Toaster } from "@/ui/toast";
import { TooltipProvider } from "@/ui/tooltip";

const queryClient = createQueryClient();
const router = createAppRouter(queryClient);

setOnSignedOut(() => {
  // Several requests may learn it at the same time.
  if (router.state.location.pathname === "/sign-in") return;
  setCsrfToken(null);
  // The page that is being left still shows what the cache holds.
  void router
    .navigate({
      to: "/sign-in",
      search: { return_to: currentPath() },
      replace: true,
    })
    .finally(() => queryClient.clear());
});

router.subscribe("onBeforeNavigate", ({ fromLocation, pathChanged }) => {
  if (fromLocation && pathChanged) requestFocus();
});

/** The whole dashboard. */
export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <RouterProvider router={router} />
        <Toaster />
      </TooltipProvider>
    </QueryClientProvider>
  );
}
