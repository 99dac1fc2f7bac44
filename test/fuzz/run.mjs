// Bundles and runs the long campaign:   node test/fuzz/run.mjs [--cases N] [--seed N] [--from N] [--only CAMPAIGN]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { bundle } from '../bundle.mjs';

process.chdir(path.join(import.meta.dirname, '..', '..'));

const outdir = path.join('out', 'tests', `fuzz-${process.pid}`);
try {
  const [main] = await bundle([path.join('test', 'fuzz', 'main.ts')], outdir);
  const child = spawn(process.execPath, ['--enable-source-maps', main, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  [process.exitCode] = await once(child, 'exit');
} finally {
  await rm(outdir, { recursive: true, force: true });
}
