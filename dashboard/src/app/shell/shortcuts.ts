import { useEffect, useEffectEvent } from "react";

import { readFlag } from "@/app/preferences";

/** The keys that work on every page: Ctrl K or ⌘K, and `/` unless it was switched off. */
export function useShortcuts({ onJump }: { onJump: () => void }): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (
      (event.metaKey || event.ctrlKey) &&
      !event.altKey &&
      !event.shiftKey &&
      event.key.toLowerCase() === "k"
    ) {
      event.preventDefault();
      onJump();
    } else if (
      event.key === "/" &&
      !hasModifier(event) &&
      !isTyping(event.target) &&
      readFlag("shortcuts", true)
    ) {
      focusSearch(event);
    }
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>("[data-page-search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.metaKey || event.ctrlKey || event.altKey;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target.closest("input, textarea, select, [role=dialog], [role=menu]") !== null
  );
}
