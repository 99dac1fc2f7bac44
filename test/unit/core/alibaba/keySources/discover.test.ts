import { strict as assert } from 'node:assert';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import {
  discoverKeys,
  type DiscoveredKeys,
} from '../../../../../src/core/alibaba/keySources/discover';
import { makeHome, type Home } from './home';
import { assertTellsNoSecret, marked } from './marked';

const pair = { access_key_id: marked.id, access_key_secret: marked.secret };

/** A line for each: name, kind, what is special, why not. */
function told(offered: readonly DiscoveredKeys[]): string[] {
  return offered.map(({ name, kind, current, expiresAt, regionId, problem }) =>
    [name, kind, regionId ?? '-', current && 'current', expiresAt, problem?.code]
      .filter(Boolean)
      .join(' '),
  );
}

describe('What keys there are to choose from', () => {
  let home: Home;

  afterEach(() => home.dispose());

  it('lists nothing on a bare machine', async () => {
    home = await makeHome();
    assert.deepEqual(await discoverKeys(home), { keys: [], problems: [] });
  });

  it('lists all of them, the unusable ones with the reason', async () => {
    home = await makeHome({
      ALIBABA_CLOUD_ACCESS_KEY_ID: marked.id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: marked.secret,
      ALIBABA_CLOUD_REGION_ID: 'cn-shenzhen',
    });
    await home.write(
      home.cliFile,
      JSON.stringify({
        current: 'work',
        profiles: [
          { name: 'default', mode: 'AK', ...pair, region_id: 'cn-hangzhou' },
          {
            name: 'work',
            mode: 'ramrolearn',
            ...pair,
            ram_role_arn: 'acs:ram::1:role/r',
            region_id: marked.secret,
          },
          { name: 'sso', mode: 'CloudSSO' },
          {
            ...{ name: 'oauth', mode: 'OAuth', ...pair, sts_token: marked.token },
            sts_expiration: 4_102_444_800,
          },
          null,
          { mode: 'AK', ...pair },
          { name: 'half', mode: 'AK', access_key_id: 'x' },
          { name: 'odd', mode: marked.secret },
        ],
      }),
    );
    await home.write(
      home.credentialsFile,
      `[default]\ntype=access_key\naccess_key_id=a\naccess_key_secret=${marked.secret}\n[ecs]\ntype=ecs_ram_role\n`,
    );
    const offer = await discoverKeys(home);
    assert.deepEqual(told(offer.keys), [
      'ALIBABA_CLOUD_ACCESS_KEY_ID environment cn-shenzhen current',
      'default AK cn-hangzhou',
      'work RamRoleArn - current',
      'sso CloudSSO - keys.loginNeeded',
      'oauth OAuth - 4102444800000',
      'half AK - keys.incomplete',
      'odd unknown - keys.modeUnsupported',
      'default access_key - current',
      'ecs ecs_ram_role - keys.modeUnsupported',
    ]);
    assert.deepEqual(offer.problems, []);
    assert.deepEqual(offer.keys[2]?.source, {
      kind: 'cliProfile',
      file: home.cliFile,
      profile: 'work',
    });
    assertTellsNoSecret(offer);
  });

  it('marks what the environment makes the tools use', async () => {
    home = await makeHome({ ALIBABA_CLOUD_PROFILE: 'two' });
    await home.write(
      home.cliFile,
      JSON.stringify({ current: 'one', profiles: [{ name: 'one' }, { name: 'two' }] }),
    );
    await home.write(home.credentialsFile, '[one]\ntype=x\n[two]\ntype=y\n');
    const { keys } = await discoverKeys(home);
    assert.deepEqual(
      keys.map(({ name, current }) => `${name} ${String(current)}`),
      ['one false', 'two true', 'one false', 'two true'],
    );
  });

  it('goes on when one file is broken, and tells which', async () => {
    home = await makeHome();
    await home.write(home.cliFile, `{"access_key_secret": "${marked.secret}`);
    await home.write(home.credentialsFile, '[default]\ntype=access_key\n');
    const offer = await discoverKeys(home);
    assert.equal(offer.keys.length, 1);
    assert.deepEqual(
      offer.problems.map(({ code, facts }) => [code, facts.file]),
      [['keys.fileBroken', home.cliFile]],
    );
    assertTellsNoSecret(offer);
  });

  it('finds the files of the SDKs for Java and Python, after that for Node.js', async () => {
    home = await makeHome();
    const files = [
      home.credentialsFile,
      `${home.credentialsFile}.ini`,
      path.join(home.home, '.aliyun', 'credentials.ini'),
    ];
    for (const file of [...files].reverse()) {
      await home.write(file, `[default]\ntype=access_key\naccess_key_id=a\naccess_key_secret=b\n`);
    }
    const { keys } = await discoverKeys(home);
    assert.deepEqual(
      keys.map(({ source }) => source.kind === 'credentialsFile' && source.file),
      files,
    );
    const elsewhere = { ...home, env: { ALIBABA_CLOUD_CREDENTIALS_FILE: files[1] } };
    assert.equal((await discoverKeys(elsewhere)).keys.length, 1);
  });

  it('tells of files that cannot be read', async () => {
    home = await makeHome();
    await mkdir(home.cliFile, { recursive: true });
    await home.write(home.credentialsFile, '\ufeff[a]\ntype=access_key\n');
    const offer = await discoverKeys(home);
    assert.deepEqual(
      offer.problems.map(({ facts }) => facts.detail),
      ['notAFile'],
    );
    assert.equal(offer.keys[0]?.name, 'a');
  });
});
