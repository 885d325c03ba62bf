// After a navigation to another page the focus goes to its heading, as with a page that the browser loads.

let isRequested = false;

/** The next page's heading shall take the focus. */
export function requestFocus(): void {
  isRequested = true;
}

/** True once after a request, unless a dialog was opened meanwhile: one types in that. */
export function takeFocusRequest(): boolean {
  const was = isRequested;
  isRequested = false;
  return was && document.querySelector("[role=dialog][data-state=open]") === null;
}
