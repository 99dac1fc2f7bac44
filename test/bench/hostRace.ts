// npm run bench:host [-- --rounds N] [--only CONTENDER]: the race inside a real VS Code, over TLS to an address that VS
// Code does not treat specially. What the rivals leave in memory hides what ours takes: `--only ours` shows it.
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { usual, type BenchCase, type Contender } from './cases';
import { filesOf } from './files';
import type { HostLaps, HostOrder } from './hostRacer';
import { message } from './message';
import { printHeat } from './print';
import { rowOf, type Row } from './rows';
import type { SinkReady } from './sink';

const address = '127.0.0.2';
const link = 'tls-in-vscode';
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, only: { type: 'string' } },
});
const rounds = Number(options.rounds);
const rivals: readonly Contender[] = ['ours', 'ali-oss-multipart', 'ali-oss-put', 'node-http'];
const contenders = rivals.filter((name) => options.only === undefined || name === options.only);
const cases: readonly BenchCase[] = usual.filter(({ name }) => /^(?:200 × 1 KB|1 GB)$/.test(name));
const results = path.join('out', 'bench', 'transfer.json');

/** @param vscodeExecutablePath of the VS Code that shall run it */
export async function run(vscodeExecutablePath: string): Promise<void> {
  const here = import.meta.dirname;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'edas-bench-'));
  const sink = fork(path.join(here, 'sink.cjs'), [address]);
  try {
    const { origins, authority } = await message<SinkReady>(sink);
    const orderFile = path.join(folder, 'order.json');
    const authorityFile = path.join(folder, 'authority.pem');
    await writeFile(authorityFile, authority);
    const order = await orderFor(origins.tls, folder);
    await writeFile(orderFile, JSON.stringify(order));
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: path.resolve('test', 'host', 'consumerExtension'),
      extensionTestsPath: path.join(here, 'hostRacer.cjs'),
      extensionTestsEnv: { BENCH_ORDER: orderFile, NODE_EXTRA_CA_CERTS: authorityFile },
      launchArgs: [
        folder,
        `--user-data-dir=${path.join(folder, 'user')}`,
        `--extensions-dir=${path.join(folder, 'extensions')}`,
      ],
    });
    const laps = JSON.parse(await readFile(order.result, 'utf8')) as HostLaps;
    await keep(cases.flatMap((what) => told(what, laps)));
    sink.send('connections');
    console.log(`\n  ${await message<number>(sink)} connections in all`);
  } finally {
    sink.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

async function orderFor(origin: string, folder: string): Promise<HostOrder> {
  const warmUp = path.join(folder, 'warm-up');
  await writeFile(warmUp, 'warm');
  const heats = await Promise.all(
    cases.map(async (what, index) => {
      const own = path.join(folder, String(index));
      await mkdir(own);
      return { what, files: await filesOf(what, own) };
    }),
  );
  const result = path.join(folder, 'laps.json');
  return { origin, rounds, contenders, heats, warmUp, folder, result };
}

/** Prints a case, and gives its rows. */
function told(what: BenchCase, laps: HostLaps): readonly Row[] {
  const rows = contenders.map((contender) =>
    rowOf(
      { link, what },
      contender === 'ours' ? 'ours-in-vscode' : contender,
      laps[what.name]?.[contender] ?? [],
    ),
  );
  printHeat({ link, what, rounds }, rows);
  return rows;
}

/** Beside the rows of the race in plain Node, in the place of older ones. */
async function keep(rows: readonly Row[]): Promise<void> {
  await mkdir(path.dirname(results), { recursive: true });
  const text = await readFile(results, 'utf8').catch(() => '[]');
  const isNew = ({ link, contender }: Row): boolean =>
    rows.some((row) => row.link === link && row.contender === contender);
  const others = (JSON.parse(text) as Row[]).filter((row) => !isNew(row));
  await writeFile(results, `${JSON.stringify([...others, ...rows], null, 2)}\n`);
}
