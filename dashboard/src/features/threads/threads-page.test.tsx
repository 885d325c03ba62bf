import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, it, vi } from "vitest";

import { createQueryClient } from "@/api/query-client";
import { createAppRouter } from "@/app/router";
import { text } from "@/text";
import { TooltipProvider } from "@/ui/tooltip";

const project = {
  id: "proj_1",
  name: "Shop",
  organization_id: "org_1",
  role: "owner",
  deleted_at: null,
  anonymous_access: false,
};
const session = {
  csrf_token: "t",
  operator: { id: "op_1", name: "Olga", email: "olga@example.com" },
  is_instance_owner: false,
  organizations: [{ id: "org_1", name: "Acme", role: "owner", projects: [project] }],
};
const refusal = "must be 1 to 255 characters without white space or control characters";

function answer(url: string): Response {
  const { pathname, searchParams } = new URL(url, "https://keep.example.com");
  if (pathname.endsWith("/session")) return Response.json(session);
  if (!pathname.endsWith("/threads")) return Response.json(project);
  if (!searchParams.get("user")?.includes(" ")) return Response.json({ threads: [], next_cursor: null });
  const details = [{ code: "custom", path: ["user"], message: `user ${refusal}` }];
  return Response.json({ error: "Validation failed", message: "m", details }, { status: 400 });
}

beforeEach(() => {
  vi.stubGlobal("fetch", (url: string) => Promise.resolve(answer(url)));
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
  vi.spyOn(window, "scrollTo").mockReturnValue();
});

it("tells of a filter that cannot be, and lets it be taken away", async () => {
  const queryClient = createQueryClient();
  const router = createAppRouter(queryClient);
  const entry = "/dashboard/projects/proj_1/threads?user=a+b";
  router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [entry] }) });
  render(
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <RouterProvider router={router} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  await screen.findByText(`User ${refusal}`);
  await userEvent.click(screen.getByRole("button", { name: "Remove the filter User: a b" }));
  await screen.findByText(text.threads.noneTitle);
});
