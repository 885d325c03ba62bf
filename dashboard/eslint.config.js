import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y-x";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const shownAttributes =
  "title|alt|label|placeholder|aria-label|aria-description|aria-roledescription|description|hint";
const wording = "Text that people read stands in src/text, where it can be translated.";

export default defineConfig(
  { ignores: ["dist", "src/api/generated.ts", "src/api/contract.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: {
        console: "readonly",
        URL: "readonly",
        document: "readonly",
        localStorage: "readonly",
        matchMedia: "readonly",
      },
    },
  },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      // The router throws its redirects.
      "@typescript-eslint/only-throw-error": [
        "error",
        {
          allow: [
            {
              from: "package",
              package: "@tanstack/router-core",
              name: "Redirect",
            },
            {
              from: "package",
              package: "@tanstack/router-core",
              name: "NotFoundError",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["src/**/*.tsx"],
    extends: [jsxA11y.configs.strict],
    plugins: { "react-hooks": reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "no-restricted-syntax": [
        "error",
        { selector: "JSXText[value=/\\p{L}/u]", message: wording },
        {
          selector: "JSXElement > JSXExpressionContainer > Literal[value=/\\p{L}/u]",
          message: wording,
        },
        {
          selector: `JSXAttribute[name.name=/^(${shownAttributes})$/] > Literal[value=/\\p{L}/u]`,
          message: wording,
        },
        {
          selector: `JSXAttribute[name.name=/^(${shownAttributes})$/] > JSXExpressionContainer > TemplateLiteral`,
          message: wording,
        },
      ],
    },
  },
  {
    // Browsers take the roles of a table away when its display changes, so they are written out.
    files: ["src/ui/table.tsx"],
    rules: {
      "jsx-a11y-x/no-redundant-roles": "off",
      "jsx-a11y-x/no-interactive-element-to-noninteractive-role": "off",
    },
  },
  {
    files: ["src/**/*.test.{ts,tsx}", "src/testing/**"],
    rules: {
      "no-restricted-syntax": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
);
