// npm run bench:host [-- --rounds N] [--only CONTENDER]: the benchmark inside a real VS Code, over TLS to an address that VS
// Code does not treat specially. The memory of other contenders hides that of ours: use `--only ours` to see it.
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { usual, type BenchCase, type Contender } from './cases';
import { filesOf } from './files';
import type { HostMeasurements, HostWorkerOptions } from './hostBenchWorker';
import { message } from './message';
import { printRun } from './print';
import { rowOf, type Row } from './rows';
import type { SinkReady } from './sink';

const address = '127.0.0.2';
const link = 'tls-in-vscode';
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, only: { type: 'string' } },
});
const rounds = Number(options.rounds);
const allContenders: readonly Contender[] = [
  'ours',
  'ali-oss-multipart',
  'ali-oss-put',
  'node-http',
];
const contenders = allContenders.filter(
  (name) => options.only === undefined || name === options.only,
);
const cases: readonly BenchCase[] = usual.filter(({ name }) => /^(?:200 × 1 KB|1 GB)$/.test(name));
const results = path.join('out', 'bench', 'transfer.json');

/** @param vscodeExecutablePath the VS Code that runs the benchmark */
export async function run(vscodeExecutablePath: string): Promise<void> {
  const here = import.meta.dirname;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'edas-bench-'));
  const sink = fork(path.join(here, 'sink.cjs'), [address]);
  try {
    const { origins, authority } = await message<SinkReady>(sink);
    const orderFile = path.join(folder, 'options.json');
    const authorityFile = path.join(folder, 'authority.pem');
    await writeFile(authorityFile, authority);
    const options = await optionsFor(origins.tls, folder);
    await writeFile(orderFile, JSON.stringify(options));
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: path.resolve('test', 'host', 'consumerExtension'),
      extensionTestsPath: path.join(here, 'hostBenchWorker.cjs'),
      extensionTestsEnv: { BENCH_ORDER: orderFile, NODE_EXTRA_CA_CERTS: authorityFile },
      launchArgs: [
        folder,
        `--user-data-dir=${path.join(folder, 'user')}`,
        `--extensions-dir=${path.join(folder, 'extensions')}`,
      ],
    });
    const measurements = JSON.parse(await readFile(options.result, 'utf8')) as HostMeasurements;
    await save(cases.flatMap((what) => printCase(what, measurements)));
    sink.send('connections');
    console.log(`\n  ${await message<number>(sink)} connections in total`);
  } finally {
    sink.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

async function optionsFor(origin: string, folder: string): Promise<HostWorkerOptions> {
  const warmUp = path.join(folder, 'warm-up');
  await writeFile(warmUp, 'warm');
  const runs = await Promise.all(
    cases.map(async (what, index) => {
      const own = path.join(folder, String(index));
      await mkdir(own);
      return { what, files: await filesOf(what, own) };
    }),
  );
  const result = path.join(folder, 'measurements.json');
  return { origin, rounds, contenders, runs, warmUp, folder, result };
}

/** Prints a case, and returns its rows. */
function printCase(what: BenchCase, measurements: HostMeasurements): readonly Row[] {
  const rows = contenders.map((contender) =>
    rowOf(
      { link, what },
      contender === 'ours' ? 'ours-in-vscode' : contender,
      measurements[what.name]?.[contender] ?? [],
    ),
  );
  printRun({ link, what, rounds }, rows);
  return rows;
}

/** Adds the rows to those of plain Node, and replaces older ones. */
async function save(rows: readonly Row[]): Promise<void> {
  await mkdir(path.dirname(results), { recursive: true });
  const text = await readFile(results, 'utf8').catch(() => '[]');
  const isNew = ({ link, contender }: Row): boolean =>
    rows.some((row) => row.link === link && row.contender === contender);
  const others = (JSON.parse(text) as Row[]).filter((row) => !isNew(row));
  await writeFile(results, `${JSON.stringify([...others, ...rows], null, 2)}\n`);
}
