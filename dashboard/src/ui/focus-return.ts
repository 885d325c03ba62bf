import { useState } from "react";

// Our dialogs are opened by state, not by Radix' own triggers, so that the way back is ours to know.

const openers = new WeakMap<Element, Element | null>();

interface FocusReturn {
  onOpenAutoFocus: (event: Event) => void;
  onCloseAutoFocus: (event: Event) => void;
}

/**
 * For a dialog that is mounted as long as it is open: the focus goes to its first field, and afterwards back to
 * where it was opened, or to the page's heading when that is gone (a removed row's button).
 */
export function useFocusReturn(): FocusReturn {
  // Read while rendering: the menu that was chosen from is gone when the dialog is there.
  const [opener] = useState(openerNow);
  return {
    onOpenAutoFocus: (event) => {
      event.preventDefault();
      if (!(event.currentTarget instanceof HTMLElement)) return;
      openers.set(event.currentTarget, opener);
      focusFirst(event.currentTarget);
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault();
      giveBack(opener);
    },
  };
}

function openerNow(): Element | null {
  const active = document.activeElement;
  // An item goes with its menu; the menu's button stays.
  const menuButton = active?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  if (menuButton) return document.getElementById(menuButton);
  // A dialog that takes another's place leads back to where that one was opened.
  const dialog = active?.closest("[role=dialog]");
  return (dialog && openers.get(dialog)) ?? active;
}

/**
 * The first field, to type at once, of radio buttons the chosen one; without a field the dialog itself, so that its
 * text is read and no press does harm.
 */
function focusFirst(dialog: HTMLElement): void {
  const field = dialog.querySelector<HTMLElement>(
    "input:not(:disabled, [type=radio]), input[type=radio]:checked:not(:disabled), textarea:not(:disabled), select:not(:disabled)",
  );
  (field ?? dialog).focus();
}

function giveBack(opener: Element | null): void {
  // A page that was navigated to, or another dialog, has taken it.
  if (isFocused()) return;
  if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
  if (isFocused()) watch(opener);
  else focusPage();
}

/** A row may still go once the server has agreed, or the list is drawn anew. */
function watch(opener: Element | null): void {
  const observer = new MutationObserver(() => {
    if (opener?.isConnected) return;
    stop();
    if (!isFocused()) focusPage();
  });
  const stop = () => {
    observer.disconnect();
    document.removeEventListener("focusin", stop);
  };
  observer.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("focusin", stop);
}

function focusPage(): void {
  const find = (selector: string) => document.querySelector<HTMLElement>(selector);
  (find("h1[tabindex]") ?? find("main[tabindex]"))?.focus({ preventScroll: true });
}

function isFocused(): boolean {
  return document.activeElement !== null && document.activeElement !== document.body;
}
