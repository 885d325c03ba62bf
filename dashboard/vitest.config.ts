import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // The guides are documents of the repository.
  server: { fs: { allow: [".."] } },
  test: {
    environment: "jsdom",
    environmentOptions: {
      jsdom: { url: "https://keep.example.com/dashboard/" },
    },
    setupFiles: ["./src/testing/setup.ts"],
    restoreMocks: true,
    // A machine under load is no failure.
    testTimeout: 30_000,
  },
});
