// The race:  npm run bench [-- --quick] [--only TEXT] [--rounds N]
// TEXT is part of a case's name and its link, as in "1 GB over tls".
import { execFileSync, fork } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { contenders, plan, type BenchCase, type Contender, type Heat, type Link } from './cases';
import type { Lap, RacerOrder } from './racer';
import type { SinkReady } from './sink';
import { printHeat } from './print';

/** One row of `out/bench/transfer.json`: the medians of its rounds. */
export interface Row {
  readonly link: Link;
  readonly case: string;
  readonly contender: Contender;
  readonly mbPerSecond: number;
  /** Null where it is another process that works. */
  readonly cpuSecondsPerGB: number | null;
  readonly peakRssMB: number | null;
  readonly idleRssMB: number | null;
  readonly eventLoopP99Ms: number | null;
}

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
    const rows: Row[] = [];
    for (const planned of plan(options.quick).filter(isWanted)) {
      const heat = { ...planned, rounds: Number(options.rounds ?? planned.rounds) };
      const racing = heat.contenders.filter((each) => each !== 'curl' || hasCurl());
      const laps = await race({ ...heat, contenders: racing }, ready, folder, authority);
      const found = racing.map((contender) => rowOf(heat, contender, laps.get(contender) ?? []));
      rows.push(...found);
      printHeat(heat, found);
    }
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

/** Bytes that no disk and no line can make small, from the system's cache. */
async function filesOf({ files, bytes }: BenchCase, folder: string): Promise<readonly string[]> {
  const block = Buffer.from(
    Array.from({ length: 1_000_000 }, (_, n) => (n * 7919 + (n >> 7)) & 255),
  );
  return Promise.all(
    Array.from({ length: files }, async (_, n) => {
      const file = path.join(folder, `${n}.jar`);
      const handle = await open(file, 'w');
      for (let done = 0; done < bytes; done += block.length) {
        await handle.write(block, 0, Math.min(block.length, bytes - done));
      }
      await handle.close();
      return file;
    }),
  );
}

function rowOf({ link, what }: Heat, contender: Contender, laps: readonly Lap[]): Row {
  const gigabytes = (what.files * what.bytes) / 1e9;
  const median = (value: (lap: Lap) => number): number => {
    const values = laps.map(value).toSorted((a, b) => a - b);
    return values[values.length >> 1] ?? Number.NaN;
  };
  const own = (value: (lap: Lap) => number): number | null =>
    contender === 'curl' ? null : round(median(value));
  return {
    ...{ link, case: what.name, contender },
    mbPerSecond: round((gigabytes * 1000) / median(({ seconds }) => seconds)),
    cpuSecondsPerGB: own(({ cpuSeconds }) => cpuSeconds / gigabytes),
    peakRssMB: own(({ peakRssMB }) => peakRssMB),
    idleRssMB: own(({ idleRssMB }) => idleRssMB),
    eventLoopP99Ms: own(({ eventLoopP99Ms }) => eventLoopP99Ms),
  };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function hasCurl(): boolean {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The one message of a child. */
function message<T>(child: ReturnType<typeof fork>): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(value as T));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`A process of the race ended with ${code}.`)));
  });
}

console.log(`${os.cpus().length} processors, Node ${process.version}: ${contenders.join(', ')}`);
void run();
