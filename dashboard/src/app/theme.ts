import { useSyncExternalStore } from "react";

/** What the operator chose. */
export type Theme = "light" | "dark" | "system";

// The same name is in public/theme.js, which sets the theme before the first paint.
const storageKey = "threadkeep.theme";
const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

let theme = readTheme();
apply();
darkSystem.addEventListener("change", apply);
window.addEventListener("storage", (event) => {
  if (event.key === storageKey) adopt(readTheme());
});

/** The choice, and a function to change it. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => theme,
  );
  return [current, chooseTheme];
}

function chooseTheme(chosen: Theme): void {
  try {
    if (chosen === "system") localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, chosen);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  adopt(chosen);
}

function adopt(chosen: Theme): void {
  theme = chosen;
  apply();
  for (const listener of listeners) listener();
}

function apply(): void {
  const isDark = theme === "dark" || (theme === "system" && darkSystem.matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}
