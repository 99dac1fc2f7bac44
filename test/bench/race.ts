// The race:  npm run bench [-- --quick] [--only TEXT] [--rounds N]
// TEXT is part of a case's name and its link, as in "1 GB over tls"; "delta" is the upload of a rebuilt package.
import { execFileSync, fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { contenders, plan, type Contender, type Heat } from './cases';
import { raceDeltas, type DeltaRow } from './delta';
import { filesOf } from './files';
import type { Lap } from './lap';
import { message } from './message';
import type { RacerOrder } from './racer';
import { rowOf, type Row } from './rows';
import type { SinkReady } from './sink';
import { printHeat } from './print';

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
      const heat = { ...planned, rounds: Number(options.rounds ?? planned.rounds) };
      const racing = heat.contenders.filter((each) => each !== 'curl' || hasCurl());
      const laps = await race({ ...heat, contenders: racing }, ready, folder, authority);
      const found = racing.map((contender) => rowOf(heat, contender, laps.get(contender) ?? []));
      rows.push(...found);
      printHeat(heat, found);
    }
    rows.push(...(options.quick ? [] : await raceDeltas(options.only, folder)));
    await mkdir('out/bench', { recursive: true });
    await writeFile('out/bench/transfer.json', `${JSON.stringify(rows, null, 2)}\n`);
  } finally {
    sink.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

function isWanted({ what, link }: Heat): boolean {
  return `${what.name} over ${link}`.includes(options.only);
}

/** Round by round, so that what slows the machine down for a while slows all contenders. */
async function race(
  heat: Heat,
  { origins }: SinkReady,
  folder: string,
  authority: string,
): Promise<ReadonlyMap<Contender, readonly Lap[]>> {
  const files = await filesOf(heat.what, folder);
  const warmUp = path.join(folder, 'warm-up');
  await writeFile(warmUp, 'warm');
  const laps = new Map<Contender, Lap[]>();
  for (let round = 0; round < heat.rounds; round++) {
    for (const contender of heat.contenders) {
      const storageFolder = await mkdtemp(path.join(folder, 'store-'));
      const origin = origins[heat.link];
      const order: RacerOrder = { contender, origin, files, warmUp, storageFolder };
      const racer = fork(path.join(here, 'racer.cjs'), [JSON.stringify(order)], {
        // ali-oss warns of each client that renews no token.
        stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
        env: { ...process.env, NODE_EXTRA_CA_CERTS: authority },
      });
      const lap = await message<Lap>(racer);
      laps.set(contender, [...(laps.get(contender) ?? []), lap]);
    }
  }
  await Promise.all([...new Set(files)].map((file) => rm(file)));
  return laps;
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
