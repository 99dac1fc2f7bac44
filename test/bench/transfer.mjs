// npm run bench [-- --quick] [--only TEXT] [--rounds N]: bundles the processes of the upload benchmark and starts it.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { bundle } from '../bundle.mjs';

process.chdir(path.join(import.meta.dirname, '..', '..'));
const outdir = path.join('out', `bench-${process.pid}`);
const names = ['uploadBench', 'sink', 'benchWorker'];
const [race] = await bundle(
  names.map((name) => `test/bench/${name}.ts`),
  outdir,
);
const child = spawn(process.execPath, [race, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = await new Promise((resolve) => child.once('exit', resolve));
await rm(outdir, { recursive: true, force: true });
