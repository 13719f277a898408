import { defineConfig } from "vitest/config";

// One module without dependencies; a native app's web view or a bundler takes it as it is.
export default defineConfig({
  build: {
    target: "es2022",
    modulePreload: false,
    lib: { entry: "src/index.ts", formats: ["es"], fileName: () => "kaitak-app.js" },
    rolldownOptions: { output: { minify: true } },
    reportCompressedSize: false,
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
