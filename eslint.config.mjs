import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The floors of the house, top to bottom. A file may import from its own floor's folder and from those below it:
 * extension → features → kit → core, and inside the core session and transfer → keys, sts, edas, oss → http → the
 * loose files.
 */
const up = (...folders) => ({
  regex: `^(?:\\.\\./)+(?:${folders.join('|')})(?:/|$)`,
  message: 'Arrows only go down: extension → features → kit → core → http → errors.',
});
const noVsCode = { group: ['vscode'], message: 'The core knows no VS Code.' };
const restricted = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns }],
});

const features = [
  'accounts',
  'api',
  'copy',
  'credential',
  'packages',
  'tasks',
  'transfers',
  'upload',
];

export default defineConfig(
  { ignores: ['dist/', 'out/', '**/node_modules/', 'test/host/vscode/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
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
  { files: ['src/core/**'], rules: restricted(noVsCode, up('features', 'kit')) },
  {
    files: ['src/core/http/**'],
    rules: restricted(
      noVsCode,
      up('features', 'kit', 'oss', 'edas', 'sts', 'keys', 'session', 'transfer'),
    ),
  },
  {
    files: ['src/core/{oss,edas,sts,keys}/**'],
    rules: restricted(noVsCode, up('features', 'kit', 'session', 'transfer')),
  },
  {
    files: ['src/core/session/**'],
    rules: restricted(noVsCode, up('features', 'kit', 'transfer')),
  },
  { files: ['src/kit/**'], rules: restricted(up('features')) },
  ...features.map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: restricted(up(...features.filter((other) => other !== feature))),
  })),
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
