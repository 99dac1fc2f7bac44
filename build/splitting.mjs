// Splits the extension in two files, because VS Code reads all of the first whenever it starts: `extension.js` holds
// what a start runs, `onDemand.js` what is only loaded by `import()`. esbuild's own splitting makes dozens of ES
// modules; an extension host wants CommonJS, and few files.
import path from 'node:path';
import { build } from 'esbuild';

const shared = './extension.js';
const onDemand = './onDemand.js';

/**
 * @param {string} entry exports `activate`
 * @param {string} outdir
 * @param {import('esbuild').BuildOptions} options of a bundle in CommonJS
 * @returns {Promise<void>}
 */
export async function buildInTwo(entry, outdir, options) {
  const { shared: sharedModules, doors } = await cut(entry, options);
  await Promise.all([
    build({
      ...options,
      plugins: [...(options.plugins ?? []), doorsTo(doors)],
      stdin: {
        contents: [
          `export * from ${name(entry)};`,
          ...sharedModules.map((file, n) => `import * as m${n} from ${name(file)};`),
          `export const modules = [${sharedModules.map((_, n) => `m${n}`).join(', ')}];`,
        ].join('\n'),
        resolveDir: '.',
      },
      outfile: path.join(outdir, shared),
    }),
    build({
      ...options,
      plugins: [takenFrom(sharedModules), ...(options.plugins ?? [])],
      stdin: {
        contents: `exports.modules = [${doors.map((file) => `() => require(${name(file)})`).join(', ')}];`,
        resolveDir: '.',
      },
      outfile: path.join(outdir, onDemand),
    }),
  ]);
}

/**
 * Where the cut goes.
 *
 * @returns {Promise<{ shared: string[]; doors: string[] }>} files of the first part that the second needs, and files
 *   of the second part that the first imports
 */
async function cut(entry, options) {
  const { metafile } = await build({
    ...options,
    entryPoints: [entry],
    write: false,
    metafile: true,
    outdir: 'dist',
  });
  const importsOf = (file) => metafile.inputs[file].imports.filter(({ external }) => !external);
  const first = new Set([entry]);
  for (const file of first) {
    for (const { path, kind } of importsOf(file)) {
      if (kind !== 'dynamic-import') first.add(path);
    }
  }
  const shared = new Set();
  const doors = new Set();
  for (const file of Object.keys(metafile.inputs)) {
    for (const { path } of importsOf(file)) {
      if (first.has(file) && !first.has(path)) doors.add(path);
      if (!first.has(file) && first.has(path)) shared.add(path);
    }
  }
  return { shared: [...shared].sort(), doors: [...doors].sort() };
}

/** @returns {import('esbuild').Plugin} for the first part */
function doorsTo(doors) {
  return linked('on demand', doors, onDemand, (n) => `modules[${n}]()`);
}

/** @returns {import('esbuild').Plugin} for the second part */
function takenFrom(sharedModules) {
  return linked('shared', sharedModules, shared, (n) => `modules[${n}]`);
}

/** Puts, in the place of some files, what the other part has of them. */
function linked(pluginName, files, part, access) {
  return {
    name: pluginName,
    setup(build) {
      build.onResolve(
        { filter: /^\.{1,2}\/(extension|onDemand)\.js$/ },
        ({ path: wanted, namespace }) =>
          namespace === pluginName ? { path: wanted, external: true } : undefined,
      );
      build.onResolve({ filter: /./ }, async ({ path: wanted, pluginData, kind, ...from }) => {
        // Our own question, below.
        if (pluginData === pluginName) return undefined;
        const found = await build.resolve(wanted, { ...from, kind, pluginData: pluginName });
        const n = files.indexOf(path.relative('.', found.path).replaceAll(path.sep, '/'));
        return n < 0 ? undefined : { path: String(n), namespace: pluginName };
      });
      build.onLoad({ filter: /./, namespace: pluginName }, ({ path: n }) => ({
        contents: `module.exports = require('${part}').${access(n)};`,
      }));
    },
  };
}

function name(file) {
  return JSON.stringify(`./${file}`);
}
