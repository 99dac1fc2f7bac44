// npm run bench:host: the upload benchmark inside the extension host of a real VS Code, which test/host/desktop.mjs finds.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from '../bundle.mjs';
import { anyVSCode } from '../host/desktop.mjs';

process.chdir(path.join(import.meta.dirname, '..', '..'));
const outdir = path.join('out', `bench-host-${process.pid}`);
const names = ['hostBench', 'hostBenchWorker', 'sink'];
try {
  const [race] = await bundle(
    names.map((name) => `test/bench/${name}.ts`),
    outdir,
  );
  const { default: module } = await import(pathToFileURL(race).href);
  await module.run(await anyVSCode((line) => console.log(line)));
} finally {
  await rm(outdir, { recursive: true, force: true });
}
