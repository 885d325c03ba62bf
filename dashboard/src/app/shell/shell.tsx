import { Outlet, useLocation } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { Suspense, useState } from "react";

import { Brand } from "./brand";
import { OpenProject } from "./open-project";
import { useShortcuts } from "./shortcuts";
import { Sidebar } from "./sidebar";
import { lazyPart } from "@/routing/lazy";
import { text } from "@/text";
import { IconButton } from "@/ui/button";

const Palette = lazyPart(() => import("@/app/palette/palette"));

/** The frame around all pages of whoever is signed in. */
export function Shell() {
  // The drawer belongs to the page it was opened on: following a link closes it.
  const [drawerOf, setDrawerOf] = useState<string>();
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const { pathname } = useLocation();
  useShortcuts({ onJump: () => setPaletteOpen(true) });
  const isDrawerOpen = drawerOf === pathname;
  const setDrawerOpen = (isOpen: boolean) => setDrawerOf(isOpen ? pathname : undefined);

  const openPalette = () => {
    setDrawerOpen(false);
    setPaletteOpen(true);
  };
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
      <SkipLink />
      <aside className="sticky top-0 hidden h-dvh border-r border-line bg-sunken/50 lg:block">
        <Sidebar onJump={openPalette} />
      </aside>
      <header className="sticky top-0 z-30 flex h-13 items-center gap-2 border-b border-line bg-canvas/90 px-3 backdrop-blur lg:hidden">
        <Radix.Root open={isDrawerOpen} onOpenChange={setDrawerOpen}>
          <Radix.Trigger asChild>
            <IconButton
              label={text.shell.openNavigation}
              icon={<MenuIcon aria-hidden className="size-5" />}
            />
          </Radix.Trigger>
          <Radix.Portal>
            <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
            <Radix.Content
              aria-describedby={undefined}
              className="fixed inset-y-0 left-0 z-40 w-[min(19rem,86vw)] animate-slide border-r border-line bg-canvas shadow-float"
            >
              <Radix.Title className="sr-only">{text.shell.navigation}</Radix.Title>
              <Sidebar onJump={openPalette} />
            </Radix.Content>
          </Radix.Portal>
        </Radix.Root>
        <OpenProject otherwise={<Brand />} />
      </header>
      <main id="main" tabIndex={-1} className="min-w-0">
        <Outlet />
      </main>
      {isPaletteOpen && (
        <Suspense>
          <Palette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** The first thing that Tab reaches. No plain #main: the page's base would lead it elsewhere. */
function SkipLink() {
  return (
    <button
      type="button"
      onClick={() => document.getElementById("main")?.focus()}
      className="sr-only z-50 rounded-lg bg-accent px-3 py-2 font-medium text-white focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
    >
      {text.shell.skip}
    </button>
  );
}
