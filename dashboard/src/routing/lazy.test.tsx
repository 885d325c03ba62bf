import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense } from "react";
import { beforeEach, expect, it, vi } from "vitest";

import { lazyPage, lazyPart } from "./lazy";
import { RouteError } from "@/app/route-error";
import { text } from "@/text";

const gone = new TypeError("Failed to fetch dynamically imported module: https://keep.example.com/page.js");
const part = { default: () => "the part", Page: () => "the page" };

function setUp(load: () => Promise<typeof part>) {
  const root = createRootRoute({ component: Outlet });
  const Part = lazyPart(load);
  const routes = [
    createRoute({ getParentRoute: () => root, path: "/page", component: lazyPage(load, "Page") }),
    createRoute({
      getParentRoute: () => root,
      path: "/part",
      component: () => (
        <Suspense>
          <Part />
        </Suspense>
      ),
    }),
  ];
  return (path: string) => {
    const router = createRouter({
      routeTree: root.addChildren(routes),
      history: createMemoryHistory({ initialEntries: [path] }),
      defaultErrorComponent: RouteError,
    });
    render(<RouterProvider router={router as never} />);
  };
}

beforeEach(() => {
  vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(console, "warn").mockReturnValue();
  vi.spyOn(window, "scrollTo").mockReturnValue();
});

it.each(["page", "part"])(
  "what cannot be reached is said, and a %s is loaded by another try",
  async (kind) => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
    const load = vi.fn<() => Promise<typeof part>>().mockRejectedValueOnce(gone).mockResolvedValue(part);
    setUp(load)(`/${kind}`);
    await screen.findByText(text.ui.error.offline);
    expect(sessionStorage).toHaveLength(0);
    await userEvent.click(screen.getByRole("button", { name: text.ui.retry }));
    await screen.findByText(`the ${kind}`);
  },
);

it("files of an older version are told from that", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({})));
  // As after the router has loaded the document again.
  sessionStorage.setItem(`tanstack_router_reload:${gone.message}`, "1");
  setUp(() => Promise.reject(gone))("/page");
  await screen.findByText(text.ui.error.newVersion);
});
