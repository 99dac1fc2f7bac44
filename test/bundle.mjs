// Tests and tools are TypeScript; esbuild turns them into CommonJS that Node 20 and VS Code's extension host can load.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { webAssemblyText } from '../build/webAssemblyText.mjs';

/**
 * The files below a folder with an ending, sorted by name.
 *
 * @param {string} folder
 * @param {string} ending for instance `.test.ts`
 * @returns {Promise<string[]>} paths that begin with the folder
 */
export async function filesIn(folder, ending) {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith(ending) && !name.split(path.sep).includes('node_modules'))
    .sort()
    .map((name) => path.join(folder, name));
}

/**
 * Bundles each entry into one file in `outdir`; npm packages are not bundled.
 *
 * @param {string[]} entryPoints
 * @param {string} outdir
 * @param {import('esbuild').Plugin[]} [plugins] in addition to those that all tests need
 * @returns {Promise<string[]>} the output files, in the order of the entries
 */
export async function bundle(entryPoints, outdir, plugins = []) {
  await build({
    entryPoints,
    outdir,
    outbase: process.cwd(),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    external: ['vscode'],
    plugins: [webAssemblyText, ...plugins],
    sourcemap: 'inline',
    outExtension: { '.js': '.cjs' },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    logLevel: 'warning',
  });
  return entryPoints.map((entry) => {
    const { dir, name } = path.parse(path.relative(process.cwd(), path.resolve(entry)));
    return path.join(path.resolve(outdir), dir, `${name}.cjs`);
  });
}

/** Outside VS Code there is no module `vscode`: it is replaced by the fake, which the tests import, too. */
export const fakeVscode = {
  name: 'fake-vscode',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode$/ }, () => ({ path: 'vscode', namespace: 'fake' }));
    onLoad({ filter: /.*/, namespace: 'fake' }, () => ({
      contents: `module.exports = require('./test/unit/support/fakeWindow.ts').vscode;`,
      resolveDir: process.cwd(),
    }));
  },
};
