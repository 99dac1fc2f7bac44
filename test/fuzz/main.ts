import { parseArgs } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

import { responseCampaign } from './responses';
import { defaultLimits, type CampaignOptions, type CampaignResult } from './cases';
import { floodCampaign } from './flood';
import { keyFileCampaign } from './keyFiles';
import { wireCampaign } from './wire';

const campaigns: Readonly<Record<string, (options: CampaignOptions) => Promise<CampaignResult>>> = {
  responses: responseCampaign,
  floods: floodCampaign,
  'files with keys': keyFileCampaign,
  'responses on the wire': wireCampaign,
};

interface Work extends CampaignOptions {
  readonly name: string;
  /** Number of the case that runs. */
  readonly current: Int32Array;
}

/** Memory limit of a campaign, which is only reached when memory leaks from case to case. */
const heapMegabytes = 600;

/**
 * Runs a campaign in a worker thread. A case that blocks its thread cannot end itself, so this thread monitors it: the
 * worker is terminated, and the error names the case.
 */
function watch(work: Work): Promise<void> {
  const { name, seed, current } = work;
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    });
    const fail = (what: string, cause?: unknown): void => {
      const message = `${name}: case ${current[0]} of seed ${seed} ${what}`;
      reject(new Error(message, { cause }));
    };
    let seen = { number: -1, at: performance.now() };
    const watching = setInterval(() => {
      const number = current[0]!;
      if (number !== seen.number) {
        seen = { number, at: performance.now() };
      } else if (performance.now() - seen.at > defaultLimits.caseMs) {
        fail(`has not ended after ${defaultLimits.caseMs} ms`);
        void worker.terminate();
      }
    }, 500);
    worker.once('error', (error) => fail('failed', error));
    worker.once('exit', () => {
      clearInterval(watching);
      resolve();
    });
  });
}

async function run({ name, current, ...options }: Work): Promise<void> {
  const onCase = (number: number): void => void Atomics.store(current, 0, number);
  const result = await campaigns[name]!({ ...options, onCase });
  const { values, codes, slowest, casesPerSecond, peakMegabytes } = result;
  const errors = [...codes.values()].reduce((sum, times) => sum + times, 0);
  console.log(`${name}: ${values + errors} cases, ${values} values`);
  for (const [code, times] of [...codes].sort(([, a], [, b]) => b - a)) {
    console.log(`${String(times).padStart(8)} ${code}`);
  }
  console.log(
    `  ${casesPerSecond.toFixed(0)} cases per second, slowest: case ${slowest.number} with ` +
      `${slowest.ms.toFixed(1)} ms, peak memory: ${peakMegabytes.toFixed(0)} MB`,
  );
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      cases: { type: 'string', default: '120000' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      only: { type: 'string', multiple: true, default: Object.keys(campaigns) },
    },
  });
  const [cases, seed, from] = [Number(options.cases), Number(options.seed), Number(options.from)];
  const shares: Record<string, number> = { 'files with keys': 6, 'responses on the wire': 20 };
  for (const name of options.only) {
    const current = new Int32Array(new SharedArrayBuffer(4));
    await watch({ name, seed, from, current, cases: Math.ceil(cases / (shares[name] ?? 1)) });
  }
}

void (isMainThread ? main() : run(workerData as Work)).catch((error: unknown) => {
  if (!isMainThread) {
    throw error;
  }
  console.error(error);
  process.exitCode = 1;
});
