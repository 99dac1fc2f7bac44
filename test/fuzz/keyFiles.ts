import { parseCliConfig } from '../../src/core/alibaba/keySources/cliConfig';
import { resolveCliProfile } from '../../src/core/alibaba/keySources/cliProfile';
import {
  resolveCredentialsFile,
  parseCredentialsFile,
} from '../../src/core/alibaba/keySources/credentialsFile';
import { checkCase, runCases, type CampaignOptions, type CampaignResult } from './cases';
import { marked, secretIn } from './marked';
import type { Message } from './message';
import { flooded } from './flood';
import { floodEvery, mutateText } from './mutate';
import type { Random } from './random';

const pair = { access_key_id: marked.callerId, access_key_secret: marked.callerSecret };
const role = { ram_role_arn: 'acs:ram::117274586608:role/deployer', ram_session_name: 'me' };

const cliConfig = JSON.stringify(
  {
    current: 'default',
    profiles: [
      { name: 'default', mode: 'AK', ...pair, region_id: 'cn-hangzhou', output_format: 'json' },
      { name: 'sts', mode: 'StsToken', ...pair, sts_token: marked.callerToken },
      {
        name: 'role',
        mode: 'RamRoleArn',
        ...pair,
        ...role,
        expired_seconds: 900,
        sts_region: 'cn-beijing',
      },
      {
        name: 'chain',
        mode: 'ChainableRamRoleArn',
        ...role,
        source_profile: 'role',
        sts_endpoint: 'sts.aliyuncs.com',
      },
      { name: 'sso', mode: 'CloudSSO', access_token: marked.callerToken },
    ],
    meta_path: '',
  },
  undefined,
  '\t',
);

const credentials = `# mine
[default]
type = access_key
access_key_id = ${marked.callerId}
access_key_secret = ${marked.callerSecret}

[role.a]
type = ram_role_arn
access_key_id = "${marked.callerId}"
access_key_secret = '${marked.callerSecret}'
role_arn = ${role.ram_role_arn}
policy = '{"Version":"1","Statement":[]}'

[ecs]
type = ecs_ram_role ; no keys
role_name = r
`;

const seeds = [cliConfig, credentials].map((text) => ({ body: Buffer.from(text) }));

/** Reads mutated files with keys, and one of their profiles. @throws AssertionError that names the case */
export function keyFileCampaign(options: CampaignOptions): Promise<CampaignResult> {
  return runCases(options, (random, what) => {
    const isCli = random.below(2) === 0;
    let { body }: Pick<Message, 'body'> = seeds[isCli ? 0 : 1]!;
    for (let changes = 1 + random.below(3); changes > 0; changes--) {
      body = mutateText(body, random, seeds);
    }
    if (random.below(floodEvery) === 0) {
      body = flooded(body, random);
    }
    const text = body.toString('utf8');
    return checkCase(what, () => (isCli ? readCli : readCredentials)(text, random), text);
  });
}

// oxlint-disable-next-line typescript/require-await -- rejects instead of throwing, like the other reader
async function readCli(text: string, random: Random): Promise<void> {
  const config = parseCliConfig(text, 'config.json');
  resolveCliProfile(config, 'config.json', nameOf(config.profiles, random));
}

async function readCredentials(text: string, random: Random): Promise<void> {
  const sections = await parseCredentialsFile(text, 'credentials');
  resolveCredentialsFile(sections, 'credentials', nameOf(sections, random));
}

/** One of the names, except secrets that a mutation has put there: names are shown to the user. */
function nameOf(profiles: ReadonlyMap<string, unknown>, random: Random): string {
  const names = [...profiles.keys()].filter((name) => secretIn(name) === undefined);
  return names.length === 0 ? 'none' : random.of(names);
}
