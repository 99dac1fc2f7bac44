import { strict as assert } from 'node:assert';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import {
  discoverKeys,
  type DiscoveredKeys,
} from '../../../../../src/core/alibaba/keySources/discover';
import { assertNoSecret, markedKeys } from './markedKeys';
import { createTempHome, type TempHome } from './tempHome';

const keyPair = { access_key_id: markedKeys.id, access_key_secret: markedKeys.secret };

/** One line per entry: name, kind, region, whether it is current, expiry, problem. */
function summarize(entries: readonly DiscoveredKeys[]): string[] {
  return entries.map(({ name, kind, current, expiresAt, regionId, problem }) =>
    [name, kind, regionId ?? '-', current && 'current', expiresAt, problem?.code]
      .filter(Boolean)
      .join(' '),
  );
}

describe('discoverKeys', () => {
  let home: TempHome;

  afterEach(() => home.dispose());

  it('returns nothing when there are no key files and no variables', async () => {
    home = await createTempHome();
    assert.deepEqual(await discoverKeys(home), { keys: [], problems: [] });
  });

  it('lists all keys, and the reason for those that cannot be used', async () => {
    home = await createTempHome({
      ALIBABA_CLOUD_ACCESS_KEY_ID: markedKeys.id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: markedKeys.secret,
      ALIBABA_CLOUD_REGION_ID: 'cn-shenzhen',
    });
    await home.write(
      home.cliFile,
      JSON.stringify({
        current: 'work',
        profiles: [
          { name: 'default', mode: 'AK', ...keyPair, region_id: 'cn-hangzhou' },
          {
            name: 'work',
            mode: 'ramrolearn',
            ...keyPair,
            ram_role_arn: 'acs:ram::1:role/r',
            region_id: markedKeys.secret,
          },
          { name: 'sso', mode: 'CloudSSO' },
          {
            name: 'oauth',
            mode: 'OAuth',
            ...keyPair,
            sts_token: markedKeys.token,
            sts_expiration: 4_102_444_800,
          },
          null,
          { mode: 'AK', ...keyPair },
          { name: 'half', mode: 'AK', access_key_id: 'x' },
          { name: 'invalid', mode: markedKeys.secret },
        ],
      }),
    );
    await home.write(
      home.credentialsFile,
      `[default]\ntype=access_key\naccess_key_id=a\naccess_key_secret=${markedKeys.secret}\n[ecs]\ntype=ecs_ram_role\n`,
    );
    const discovered = await discoverKeys(home);
    assert.deepEqual(summarize(discovered.keys), [
      'ALIBABA_CLOUD_ACCESS_KEY_ID environment cn-shenzhen current',
      'default AK cn-hangzhou',
      'work RamRoleArn - current',
      'sso CloudSSO - keys.loginNeeded',
      'oauth OAuth - 4102444800000',
      'half AK - keys.incomplete',
      'invalid unknown - keys.modeUnsupported',
      'default access_key - current',
      'ecs ecs_ram_role - keys.modeUnsupported',
    ]);
    assert.deepEqual(discovered.problems, []);
    assert.deepEqual(discovered.keys[2]?.source, {
      kind: 'cliProfile',
      file: home.cliFile,
      profile: 'work',
    });
    assertNoSecret(discovered);
  });

  it('marks the profile and the section that ALIBABA_CLOUD_PROFILE names as current', async () => {
    home = await createTempHome({ ALIBABA_CLOUD_PROFILE: 'two' });
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

  it('reports a broken file, and lists the keys of the other one', async () => {
    home = await createTempHome();
    await home.write(home.cliFile, `{"access_key_secret": "${markedKeys.secret}`);
    await home.write(home.credentialsFile, '[default]\ntype=access_key\n');
    const discovered = await discoverKeys(home);
    assert.equal(discovered.keys.length, 1);
    assert.deepEqual(
      discovered.problems.map(({ code, facts }) => [code, facts.file]),
      [['keys.fileBroken', home.cliFile]],
    );
    assertNoSecret(discovered);
  });

  it('lists the credentials files of all SDKs in order, or only the configured one', async () => {
    home = await createTempHome();
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
    const configured = { ...home, env: { ALIBABA_CLOUD_CREDENTIALS_FILE: files[1] } };
    assert.equal((await discoverKeys(configured)).keys.length, 1);
  });

  it('reports a path that is not a file, and reads a file with a byte order mark', async () => {
    home = await createTempHome();
    await mkdir(home.cliFile, { recursive: true });
    await home.write(home.credentialsFile, '\ufeff[a]\ntype=access_key\n');
    const discovered = await discoverKeys(home);
    assert.deepEqual(
      discovered.problems.map(({ facts }) => facts.detail),
      ['notAFile'],
    );
    assert.equal(discovered.keys[0]?.name, 'a');
  });
});
