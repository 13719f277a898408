import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js", "scripts/check_size.mjs"] } } },
    rules: {
      "max-lines": ["error", { max: 250 }],
      "max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }],
      complexity: ["error", { max: 12, variant: "modified" }],
      eqeqeq: "error",
      "no-console": ["error", { allow: ["error", "warn"] }],
      // Text from people must never become markup.
      "no-restricted-properties": [
        "error",
        { property: "innerHTML" },
        { property: "outerHTML" },
        { property: "insertAdjacentHTML" },
        { object: "document", property: "write" },
        { object: "document", property: "cookie" },
      ],
      "no-restricted-syntax": [
        "error",

      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  { files: ["**/*.test.ts"], rules: { "max-lines-per-function": "off", complexity: "off", "@typescript-eslint/no-deprecated": "off" } },
  { files: ["scripts/**", "eslint.config.js"], ...tseslint.configs.disableTypeChecked, rules: { ...tseslint.configs.disableTypeChecked.rules, "no-console": "off" }, languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } } },
);
