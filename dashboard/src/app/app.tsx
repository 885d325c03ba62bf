import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";

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
  setCsrfToken(null);
  queryClient.clear();
  void router.navigate({
    to: "/sign-in",
    search: { return_to: currentPath() },
    replace: true,
  });
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
