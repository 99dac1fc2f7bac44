// Builds what ships, as ES modules for the Node of VS Code's extension host:
//   node esbuild.mjs            dist/, minified, with dist/ThirdPartyNotices.txt
//   node esbuild.mjs --watch    dist/, not minified, rebuilt at each change (F5)
// A start reads dist/extension.mjs and what it imports; what the code loads by `import()` is read at its first use.
import { rm, writeFile } from 'node:fs/promises';
import { build, context } from 'esbuild';
import { startInOneFile } from './build/startInOneFile.mjs';
import { thirdPartyNotices } from './build/thirdPartyNotices.mjs';
import { webAssemblyText } from './build/webAssemblyText.mjs';

const entry = 'src/extension.ts';
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const options = {
  entryPoints: [entry],
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  external: ['vscode'],
  plugins: [webAssemblyText, startInOneFile(entry)],
  // Some packages are CommonJS and require Node's modules.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  minify: !watch,
  legalComments: 'none',
  sourcemap: watch ? 'linked' : 'external',
  sourcesContent: false,
  metafile: true,
  logLevel: watch ? 'info' : 'warning',
};

// The names of chunks change with their content, so those of the last build would stay.
await rm('dist', { recursive: true, force: true });
if (watch) {
  await (await context(options)).watch();
} else {
  const { metafile } = await build(options);
  await writeFile('dist/ThirdPartyNotices.txt', await thirdPartyNotices(metafile));
}
