// esbuild puts each module into a file with those that the same entry points use. With some thirty entry points, one
// for each `import()`, a start would read forty files, which takes twice as long as to read one. So each of them gets
// an import of the main entry point: then all of them use all that a start needs, and esbuild makes one file of it.
import path from 'node:path';

/**
 * @param {string} entry the main entry point; it has been run before anything is loaded on demand
 * @returns {import('esbuild').Plugin}
 */
export function startInOneFile(entry) {
  return {
    name: 'start in one file',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ kind, path: wanted, resolveDir }) =>
        kind === 'dynamic-import'
          ? { path: path.join(resolveDir, wanted), namespace: 'on-demand' }
          : undefined,
      );
      build.onLoad({ filter: /./, namespace: 'on-demand' }, ({ path: file }) => ({
        contents: `import ${JSON.stringify(path.resolve(entry))}; export * from ${JSON.stringify(file)};`,
        resolveDir: '.',
      }));
    },
  };
}
