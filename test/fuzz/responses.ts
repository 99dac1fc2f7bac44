import { checkCase, runCases, type CampaignOptions, type CampaignResult } from './cases';
import { FixedResponses } from './fixedResponses';
import { readSeeds } from './message';
import { mutate } from './mutate';
import { operationOf } from './operations';

/** Sends mutated responses through the clients of EDAS, STS and OSS. @throws AssertionError that names the case */
export async function responseCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const seeds = await readSeeds();
  return runCases(options, (random, what) => {
    const seed = random.of(seeds);
    const messages = [mutate(seed, random, seeds)];
    // The pages of a listing may differ, and repeat endlessly.
    if (random.below(4) === 0) {
      messages.push(mutate(seed, random, seeds));
    }
    return checkCase(
      `${what}, ${seed.name}`,
      (log) => operationOf(seed)({ http: new FixedResponses(messages), log }),
      messages.map(({ body, ...head }) => ({ ...head, body: body.toString('latin1') })),
    );
  });
}
