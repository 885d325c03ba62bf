// A document for React to render into. Import it before anything of React.

import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><html><body></body></html>", {
  url: "https://shop.example/",
  pretendToBeVisual: true,
});

export const { document } = window;

const names = [
  "window",
  "document",
  "navigator",
  "Element",
  "HTMLElement",
  "HTMLIFrameElement",
  "Node",
  "MutationObserver",
  "getComputedStyle",
  "requestAnimationFrame",
  "cancelAnimationFrame",
];
for (const name of names) {
  const value = window[name];
  Object.defineProperty(globalThis, name, {
    configurable: true,
    writable: true,
    value:
      typeof value === "function" && !value.prototype
        ? value.bind(window)
        : value,
  });
}

/** Types into a field as a user does, so that React notices. */
export function type(field, text) {
  const prototype = Object.getPrototypeOf(field);
  const { set } = Object.getOwnPropertyDescriptor(prototype, "value");
  set.call(field, text);
  field.dispatchEvent(new window.Event("input", { bubbles: true }));
}

export const freshStorage = () => {
  window.localStorage.clear();
  return window.localStorage;
};
