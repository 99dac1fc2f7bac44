import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** esbuild gives an `import()` of a CommonJS package a default export only; the tests, in plain Node, would miss it. */
const packageImport = {
  selector:
    'ImportExpression[source.value=/^[^.]/]:not(VariableDeclarator[id.properties.0.key.name="default"] > AwaitExpression > ImportExpression)',
  message:
    'Of a package: const { default: name } = await import(…). The bundle has no other export.',
};

export default defineConfig(
  { ignores: ['dist/', 'out/', '**/node_modules/', 'test/host/vscode/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        performance: 'readonly',
      },
    },
  },
  {
    files: ['src/**/*.ts'],
    // The core has no window to show texts in.
    ignores: ['src/common/vscode/safeWindow.ts', 'src/core/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        packageImport,
        {
          selector:
            'MemberExpression[object.name="window"][property.name=/^(show.*|withProgress|setStatusBarMessage|createInputBox|createQuickPick|createStatusBarItem|createTerminal)$/]',
          message: 'Texts are shown through safeWindow, which makes them plain.',
        },
        {
          // What other rules look for can be hidden from them: `window[name]`, `const w = window`, `import { window as w }`.
          selector:
            ':matches(MemberExpression[object.name=/^(window|env)$/][computed=true], VariableDeclarator[init.name=/^(window|env)$/], ImportSpecifier[imported.name=/^(window|env|TreeItem|MarkdownString)$/][local.name!=/^(window|env|TreeItem|MarkdownString)$/])',
          message:
            'Use window and env of vscode by their names and members; other lint rules look for them.',
        },
        {
          selector:
            'AssignmentExpression[left.property.name=/^(label|tooltip|description|detail)$/][right.callee.name!=/^(createHover|plainText)$/]',
          message:
            'createTreeItem, describeView and the boxes of safeWindow make their texts plain.',
        },
        {
          selector: 'NewExpression[callee.name=/^(MarkdownString|TreeItem)$/]',
          message: 'createHover and createTreeItem of safeWindow make their texts plain.',
        },
        {
          selector: 'ImportNamespaceSpecifier[parent.source.value="vscode"]',
          message: 'Import what is used from vscode by name; other lint rules look for it.',
        },
      ],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', packageImport] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/common/vscode/clipboard.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'env',
          property: 'clipboard',
          message:
            'Copy through clipboard.ts, which refuses what pasted would do something else than it seems to.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
