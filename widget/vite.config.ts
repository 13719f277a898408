import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// One classic script: no chunks, no style file, nothing that the shop's page has to load besides it.
export default defineConfig({
  resolve: { alias: { "@dom/jsx-runtime": fileURLToPath(new URL("src/dom/vnode.ts", import.meta.url)) } },
  oxc: { jsx: { runtime: "automatic", importSource: "@dom" } },
  build: {
    target: "es2022",
    modulePreload: false,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "kaitakWidget", fileName: () => "widget.js" },
    reportCompressedSize: false,
  },
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  // One worker and one page for all files: a page and a set of modules for each took most of the time.
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], pool: "threads", isolate: false, maxWorkers: 1 },
});
