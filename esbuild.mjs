// Builds the one file that ships: dist/extension.js, CommonJS for the Node of VS Code's extension host.
//   node esbuild.mjs            one minified build
//   node esbuild.mjs --watch    rebuilds on change, not minified (F5)
import { build, context } from 'esbuild';
import { webAssemblyText } from './build/webAssemblyText.mjs';

const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const options = {
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  plugins: [webAssemblyText],
  // ES modules first: the CommonJS builds of our dependencies cannot be tree-shaken.
  mainFields: ['module', 'main'],
  // 59 KB for Node versions without web streams, which node-fetch still carries.
  alias: { 'web-streams-polyfill/dist/ponyfill.es2018.js': 'node:stream/web' },
  minify: !watch,
  keepNames: false,
  legalComments: 'none',
  sourcemap: watch ? 'linked' : 'external',
  sourcesContent: false,
  metafile: true,
  logLevel: watch ? 'info' : 'warning',
};

if (watch) {
  await (await context(options)).watch();
} else {
  await build(options);
}
