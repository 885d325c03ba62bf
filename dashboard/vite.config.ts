import { fileURLToPath } from "node:url";

import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.THREADKEEP_DEV_SERVER ?? "http://localhost:4100";
const proxy = { target: server, changeOrigin: false };

export default defineConfig(({ command }) => ({
  // Built, every path is relative to <base>, which the server sets to wherever it is mounted.
  base: command === "build" ? "./" : "/dashboard/",
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    // A data: URL in a style sheet would need data: in font-src.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: {
    // The guides are documents of the repository.
    fs: { allow: [".."] },
    port: 4173,
    proxy: { "/api": proxy, "/v1": proxy, "^/proj-": proxy },
  },
}));
