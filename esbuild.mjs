// Builds what ships, CommonJS for the Node of VS Code's extension host:
//   node esbuild.mjs            dist/extension.js and dist/onDemand.js, minified, and dist/ThirdPartyNotices.txt
//   node esbuild.mjs --watch    all in dist/extension.js, not minified, again at each change (F5)
import { writeFile } from 'node:fs/promises';
import { context } from 'esbuild';
import { buildInTwo } from './build/splitting.mjs';
import { thirdPartyNotices } from './build/thirdPartyNotices.mjs';
import { withoutFormAnswers } from './build/withoutFormAnswers.mjs';
import { webAssemblyText } from './build/webAssemblyText.mjs';

const watch = process.argv.includes('--watch');
const entry = 'src/extension.ts';

/** @type {import('esbuild').BuildOptions} */
const options = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  plugins: [webAssemblyText, withoutFormAnswers],
  // ES modules first: the CommonJS builds of our dependencies cannot be tree-shaken.
  mainFields: ['module', 'main'],
  // 70 KB for versions of Node that no VS Code of ours has.
  alias: {
    'web-streams-polyfill/dist/ponyfill.es2018.js': 'node:stream/web',
    'fetch-blob': './build/nodeGlobals.cjs',
    'fetch-blob/from.js': './build/nodeGlobals.cjs',
    'formdata-polyfill/esm.min.js': './build/nodeGlobals.cjs',
    'buffer-crc32': './build/crc32.cjs',
    // Half of what its many small files become.
    '@rgrove/parse-xml': '@rgrove/parse-xml/dist/browser.js',
  },
  minify: !watch,
  legalComments: 'none',
  sourcemap: watch ? 'linked' : 'external',
  sourcesContent: false,
  logLevel: watch ? 'info' : 'warning',
};

if (watch) {
  await (await context({ ...options, entryPoints: [entry], outdir: 'dist' })).watch();
} else {
  const metafiles = await buildInTwo(entry, 'dist', options);
  await writeFile('dist/ThirdPartyNotices.txt', await thirdPartyNotices(metafiles));
}
