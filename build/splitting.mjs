// Splits the extension in two files, because VS Code reads all of the first whenever it starts: `extension.js` holds
// what a start runs, `onDemand.js` what is only loaded by `import()`. esbuild's own splitting makes dozens of ES
// modules; an extension host wants CommonJS, and few files.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const start = './extension.js';
const onDemand = './onDemand.js';

/**
 * @param {string} entry exports `activate`
 * @param {string} outdir
 * @param {import('esbuild').BuildOptions} options of a bundle in CommonJS
 * @returns {Promise<import('esbuild').Metafile[]>} what became of which file
 */
export async function buildInTwo(entry, outdir, options) {
  const { shared, doors } = await cut(entry, options);
  const table = await tableOf(shared, options);
  const outfile = path.join(outdir, onDemand);
  const second = await build({
    ...options,
    metafile: true,
    plugins: [takenFrom(table), ...(options.plugins ?? [])],
    stdin: {
      contents: `exports.modules = [${doors.map((file) => `() => require(${quoted(file)})`).join(', ')}];`,
      resolveDir: '.',
    },
    outfile,
  });
  const used = new Set((await readFile(outfile, 'utf8')).match(/\$\d+\b/g));
  const first = await build({
    ...options,
    metafile: true,
    plugins: [...(options.plugins ?? []), doorsTo(doors)],
    stdin: {
      contents: [
        `export * from ${quoted(entry)};`,
        ...[...table].map(([file, names]) => {
          const wanted = names.filter(({ short }) => used.has(short));
          return `export { ${wanted.map(({ name, short }) => `${name} as ${short}`).join(', ')} } from ${quoted(file)};`;
        }),
      ].join('\n'),
      resolveDir: '.',
    },
    outfile: path.join(outdir, start),
  });
  return [first.metafile, second.metafile];
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

/**
 * What the first part can give the second, under names that are short and like nothing else in the code.
 *
 * @returns {Promise<Map<string, { name: string; short: string }[]>>} by file
 */
async function tableOf(files, options) {
  const { metafile } = await build({
    ...options,
    format: 'esm',
    entryPoints: files,
    write: false,
    metafile: true,
    outdir: 'dist',
  });
  let count = 0;
  return new Map(
    Object.values(metafile.outputs)
      .filter(({ entryPoint }) => entryPoint !== undefined)
      .map(({ entryPoint, exports }) => [
        entryPoint,
        exports.map((name) => ({ name, short: `$${count++}` })),
      ]),
  );
}

/** @returns {import('esbuild').Plugin} for the first part */
function doorsTo(doors) {
  return linked(
    'on demand',
    new Map(
      doors.map((file, n) => [file, `module.exports = require('${onDemand}').modules[${n}]();`]),
    ),
  );
}

/** @returns {import('esbuild').Plugin} for the second part */
function takenFrom(table) {
  return linked(
    'shared',
    new Map(
      [...table].map(([file, names]) => [
        file,
        `export { ${names.map(({ name, short }) => `${short} as ${name}`).join(', ')} } from '${start}';`,
      ]),
    ),
  );
}

/**
 * Puts, in the place of some files, what the other part has of them.
 *
 * @param {Map<string, string>} contents by file
 */
function linked(pluginName, contents) {
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
        const file = path.relative('.', found.path).replaceAll(path.sep, '/');
        return contents.has(file) ? { path: file, namespace: pluginName } : undefined;
      });
      build.onLoad({ filter: /./, namespace: pluginName }, ({ path: file }) => ({
        contents: contents.get(file),
      }));
    },
  };
}

function quoted(file) {
  return JSON.stringify(`./${file}`);
}
