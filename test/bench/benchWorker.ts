// Runs one contender once in a separate process:  node benchWorker.cjs <JSON of WorkerOptions>
import type { Contender } from './cases';
import { makeRunner } from './contenders';
import { measureUpload, type Measurement } from './measurement';

export interface WorkerOptions {
  readonly contender: Contender;
  readonly origin: string;
  readonly files: readonly string[];
  readonly warmUp: string;
  readonly storageFolder: string;
}

async function run(options: WorkerOptions): Promise<Measurement> {
  return measureUpload(await makeRunner(options.contender, options), options.files, options.warmUp);
}

run(JSON.parse(process.argv[2] ?? '') as WorkerOptions).then(
  (measurement) => {
    process.send?.(measurement);
    process.exit(0);
  },
  (error: unknown) => {
    console.log(error);
    process.exit(1);
  },
);
