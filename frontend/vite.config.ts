import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const origin = process.env.HOLDFAST_ORIGIN ?? "http://127.0.0.1:8000";

// Newer Node versions have their own localStorage, which would hide happy-dom's.
const nodeHasStorage = process.allowedNodeEnvironmentFlags.has("--experimental-webstorage");

// Code of nearly every page, in two chunks: many small ones compress worse. The vendor chunk seldom changes.
const vendor = /\/node_modules\/(@tanstack|react|react-dom|scheduler|openapi-fetch|clsx|zod)\//;
const common =
  /\/src\/(lib\/|features\/accounts\/(?!components)|components\/ui\/(announcer|avatar|bar|button|control|field|icon-button|input|load-error|logo|notice|page-heading|palette|select|skeleton)\.)/;

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": { target: origin, changeOrigin: true },
      "/ws": { target: origin, changeOrigin: true, ws: true },
    },
  },
  build: {
    target: "es2023",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The content security policy allows no data: URLs for scripts and fonts, so nothing may be inlined.
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: "vendor", test: vendor },
            { name: "common", test: common },
          ],
        },
      },
    },
  },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "http://localhost:3000" } },
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    execArgv: nodeHasStorage ? ["--no-experimental-webstorage"] : [],
  },
});
