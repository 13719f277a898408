import hooks from "eslint-plugin-react-hooks";
import { readdirSync } from "node:fs";
import tseslint from "typescript-eslint";

const features = readdirSync(new URL("./src/features", import.meta.url));
const forbid = (patterns) => ({ "no-restricted-imports": ["error", { patterns }] });
const upward = { group: ["../../*"], message: "Use @/… across folders." };
const app = { group: ["@/app/*"], message: "Imports go app → features → shared." };
const anyFeature = { group: ["@/features/*"], message: "shared knows no feature." };

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts"] },
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommended],
    plugins: { "react-hooks": hooks },
    rules: {
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      ...forbid([upward]),
    },
  },
  { files: ["src/shared/**", "src/api/**"], rules: forbid([upward, app, anyFeature]) },
  ...features.map((name) => ({
    files: [`src/features/${name}/**`],
    rules: forbid([
      upward,
      app,
      ...features
        .filter((other) => other !== name)
        .map((other) => ({ group: [`@/features/${other}/*`], message: "Features never import sideways." })),
    ]),
  })),
);
