// Runs inside VS Code's extension host, which replaces http and https. Started as an extension test.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BenchCase, Contender } from './cases';
import { makeRunner } from './contenders';
import { measureUpload, type Measurement } from './measurement';

export interface HostWorkerOptions {
  readonly origin: string;
  readonly rounds: number;
  readonly contenders: readonly Contender[];
  readonly runs: readonly { readonly what: BenchCase; readonly files: readonly string[] }[];
  readonly warmUp: string;
  readonly folder: string;
  /** The file for the measurements. */
  readonly result: string;
}

/** Measurements by case, then by contender. */
export type HostMeasurements = Readonly<
  Record<string, Readonly<Record<string, readonly Measurement[]>>>
>;

export async function run(): Promise<void> {
  const options = JSON.parse(
    await readFile(process.env.BENCH_ORDER ?? '', 'utf8'),
  ) as HostWorkerOptions;
  const all: Record<string, Record<string, Measurement[]>> = {};
  for (const { what, files } of options.runs) {
    const measurements: Record<string, Measurement[]> = (all[what.name] = {});
    for (let round = 0; round < options.rounds; round++) {
      for (const contender of options.contenders) {
        const storageFolder = await mkdtemp(path.join(options.folder, 'store-'));
        const runner = await makeRunner(contender, { ...options, storageFolder, files });
        (measurements[contender] ??= []).push(await measureUpload(runner, files, options.warmUp));
      }
    }
  }
  await writeFile(options.result, JSON.stringify(all));
}
