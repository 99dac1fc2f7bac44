// Bundles and runs the long campaign:   node test/fuzz/run.mjs [--cases N] [--seed N] [--from N]
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from '../bundle.mjs';

process.chdir(path.join(import.meta.dirname, '..', '..'));
process.setSourceMapsEnabled(true);

const outdir = path.join('out', 'tests', `fuzz-${process.pid}`);
try {
  const [main] = await bundle([path.join('test', 'fuzz', 'main.ts')], outdir);
  await import(pathToFileURL(main).href);
} finally {
  await rm(outdir, { recursive: true, force: true });
}
