import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// As the page's HTML says it.
document.documentElement.lang = "en";

afterEach(() => {
  cleanup();
  localStorage.clear();
});
