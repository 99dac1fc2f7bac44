// The race inside VS Code's extension host, where http and https are VS Code's own. Started as its tests.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BenchCase, Contender } from './cases';
import { makeRunner } from './contenders';
import { runLap, type Lap } from './lap';

export interface HostOrder {
  readonly origin: string;
  readonly rounds: number;
  readonly contenders: readonly Contender[];
  readonly heats: readonly { readonly what: BenchCase; readonly files: readonly string[] }[];
  readonly warmUp: string;
  readonly folder: string;
  /** Where the laps are written. */
  readonly result: string;
}

/** Laps by case, then by contender. */
export type HostLaps = Readonly<Record<string, Readonly<Record<string, readonly Lap[]>>>>;

export async function run(): Promise<void> {
  const order = JSON.parse(await readFile(process.env.BENCH_ORDER ?? '', 'utf8')) as HostOrder;
  const all: Record<string, Record<string, Lap[]>> = {};
  for (const { what, files } of order.heats) {
    const laps: Record<string, Lap[]> = (all[what.name] = {});
    for (let round = 0; round < order.rounds; round++) {
      for (const contender of order.contenders) {
        const storageFolder = await mkdtemp(path.join(order.folder, 'store-'));
        const runner = await makeRunner(contender, { ...order, storageFolder, files });
        (laps[contender] ??= []).push(await runLap(runner, files, order.warmUp));
      }
    }
  }
  await writeFile(order.result, JSON.stringify(all));
}
