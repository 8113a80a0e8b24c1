import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import typescript from "typescript-eslint";

export default defineConfig(
  { ignores: ["**/*.gen.ts", "**/*.js", "**/*.cjs"] },
  js.configs.recommended,
  typescript.configs.strictTypeChecked,
  hooks.configs.flat.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      "no-restricted-syntax": [
        "error",
        { selector: "TSEnumDeclaration", message: "Write a union of strings." },
        { selector: "ExportDefaultDeclaration", message: "Export by name." },
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "What a person sees is text." },
      ],
    },
  },
  { files: ["**/vite.config.ts"], rules: { "no-restricted-syntax": "off" } },
);
