import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// As the page's HTML says it.
document.documentElement.lang = "en";

configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  localStorage.clear();
});
