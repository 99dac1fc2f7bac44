// The CPU time and memory that Load More of the Packages view needs in the extension host of a real VS Code.
//   npm run bench:packages [-- ROWS]
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from '../bundle.mjs';

process.chdir(path.join(import.meta.dirname, '..', '..'));
const outdir = path.join('out', `bench-packages-${process.pid}`);
try {
  const [bench] = await bundle(['test/bench/packages.ts'], outdir);
  const { default: module } = await import(pathToFileURL(bench).href);
  await module.measure(Number(process.argv[2] ?? 100_000));
} finally {
  await rm(outdir, { recursive: true, force: true });
}
