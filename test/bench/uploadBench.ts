// The upload benchmark:  npm run bench [-- --quick] [--only TEXT] [--rounds N]
// TEXT is part of a case's name and its link, as in "1 GB over tls"; "delta" is the upload of a rebuilt package.
import { execFileSync, fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { contenders, plan, type Contender, type BenchRun } from './cases';
import { benchDeltas, type DeltaRow } from './delta';
import { filesOf } from './files';
import type { Measurement } from './measurement';
import { message } from './message';
import type { WorkerOptions } from './benchWorker';
import { rowOf, type Row } from './rows';
import type { SinkReady } from './sink';
import { printRun } from './print';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
  },
});
const here = import.meta.dirname;

async function run(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'edas-bench-'));
  const sink = fork(path.join(here, 'sink.cjs'));
  try {
    const ready = await message<SinkReady>(sink);
    const authority = path.join(folder, 'authority.pem');
    await writeFile(authority, ready.authority);
    const rows: (DeltaRow | Row)[] = [];
    for (const planned of plan(options.quick).filter(isWanted)) {
      const run = { ...planned, rounds: Number(options.rounds ?? planned.rounds) };
      const running = run.contenders.filter((each) => each !== 'curl' || hasCurl());
      const measurements = await race({ ...run, contenders: running }, ready, folder, authority);
      const found = running.map((contender) =>
        rowOf(run, contender, measurements.get(contender) ?? []),
      );
      rows.push(...found);
      printRun(run, found);
    }
    rows.push(...(options.quick ? [] : await benchDeltas(options.only, folder)));
    await mkdir('out/bench', { recursive: true });
    await writeFile('out/bench/transfer.json', `${JSON.stringify(rows, null, 2)}\n`);
  } finally {
    sink.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

function isWanted({ what, link }: BenchRun): boolean {
  return `${what.name} over ${link}`.includes(options.only);
}

/** Runs all contenders in each round, so that a temporary slowdown of the machine affects all of them. */
async function race(
  run: BenchRun,
  { origins }: SinkReady,
  folder: string,
  authority: string,
): Promise<ReadonlyMap<Contender, readonly Measurement[]>> {
  const files = await filesOf(run.what, folder);
  const warmUp = path.join(folder, 'warm-up');
  await writeFile(warmUp, 'warm');
  const measurements = new Map<Contender, Measurement[]>();
  for (let round = 0; round < run.rounds; round++) {
    for (const contender of run.contenders) {
      const storageFolder = await mkdtemp(path.join(folder, 'store-'));
      const origin = origins[run.link];
      const options: WorkerOptions = { contender, origin, files, warmUp, storageFolder };
      const worker = fork(path.join(here, 'benchWorker.cjs'), [JSON.stringify(options)], {
        // ali-oss prints a warning for each client that does not renew its token.
        stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
        env: { ...process.env, NODE_EXTRA_CA_CERTS: authority },
      });
      const measurement = await message<Measurement>(worker);
      measurements.set(contender, [...(measurements.get(contender) ?? []), measurement]);
    }
  }
  await Promise.all([...new Set(files)].map((file) => rm(file)));
  return measurements;
}

function hasCurl(): boolean {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

console.log(`${os.cpus().length} processors, Node ${process.version}: ${contenders.join(', ')}`);
void run();
