import { parseArgs } from 'node:util';

import { answerCampaign } from './answers';
import type { CampaignOptions, CampaignResult } from './cases';
import { keyFileCampaign } from './keyFiles';
import { wireCampaign } from './wire';

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '120000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
});

const [cases, seed, from] = [Number(options.cases), Number(options.seed), Number(options.from)];

async function report(
  name: string,
  campaign: (options: CampaignOptions) => Promise<CampaignResult>,
  count: number,
): Promise<void> {
  const { values, codes, slowest } = await campaign({ cases: count, seed, from });
  console.log(`${name}: ${count} cases, ${values} values, ${count - values} errors`);
  for (const [code, times] of [...codes].sort(([, a], [, b]) => b - a)) {
    console.log(`${String(times).padStart(8)} ${code}`);
  }
  console.log(`  slowest: case ${slowest.number}, ${slowest.ms.toFixed(1)} ms`);
}

async function main(): Promise<void> {
  await report('answers', answerCampaign, cases);
  await report('files with keys', keyFileCampaign, Math.ceil(cases / 6));
  await report('answers on the wire', wireCampaign, Math.ceil(cases / 20));
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
