import { strict as assert } from 'node:assert';
import path from 'node:path';

import {
  cliConfigFile,
  parseCliConfig,
} from '../../../../../src/core/alibaba/keySources/cliConfig';
import { resolveCliProfile } from '../../../../../src/core/alibaba/keySources/cliProfile';
import type { KeyResolution } from '../../../../../src/core/alibaba/keySources/keySource';
import { assertFails, markedKeys } from './markedKeys';

const file = '/home/me/.aliyun/config.json';
const keyPair = { access_key_id: markedKeys.id, access_key_secret: markedKeys.secret };
const role = { ram_role_arn: 'acs:ram::1:role/r', ram_session_name: 'me' };

type Profile = Readonly<Record<string, unknown>>;

// oxlint-disable-next-line typescript/require-await -- async, so that its errors are rejections, as in the extension
async function resolve(name: string, ...profiles: readonly Profile[]): Promise<KeyResolution> {
  const text = JSON.stringify({ current: name, profiles });
  return resolveCliProfile(parseCliConfig(text, file), file, name);
}

function revealKeys({ keys }: KeyResolution): unknown {
  return {
    id: keys.accessKeyId,
    secret: keys.accessKeySecret.reveal(),
    token: keys.securityToken?.reveal(),
  };
}

describe('CLI profiles', () => {
  it('reads an AccessKey pair from mode AK', async () => {
    const resolution = await resolve('p', { name: 'p', mode: 'AK', ...keyPair, sts_token: '' });
    assert.deepEqual(revealKeys(resolution), {
      id: markedKeys.id,
      secret: markedKeys.secret,
      token: undefined,
    });
    assert.deepEqual(resolution.roles, []);
  });

  it('reads temporary keys from mode StsToken, whatever the case of the mode', async () => {
    for (const mode of ['StsToken', 'ststoken', 'STSTOKEN']) {
      const resolution = await resolve('p', {
        name: 'p',
        mode,
        ...keyPair,
        sts_token: markedKeys.token,
      });
      assert.deepEqual(revealKeys(resolution), {
        id: markedKeys.id,
        secret: markedKeys.secret,
        token: markedKeys.token,
      });
    }
  });

  it('detects the kind of a profile without a mode from its fields', async () => {
    const none = { name: 'p', mode: '', ...keyPair };
    assert.equal((await resolve('p', none)).keys.securityToken, undefined);
    const sts = await resolve('p', { ...none, sts_token: markedKeys.token });
    assert.equal(sts.keys.securityToken?.reveal(), markedKeys.token);
    assert.equal((await resolve('p', { ...none, ...role })).roles.length, 1);
  });

  it('trims whitespace around keys', async () => {
    const resolution = await resolve('p', {
      name: 'p',
      mode: 'AK',
      access_key_id: ` ${markedKeys.id}\r\n`,
      access_key_secret: `${markedKeys.secret}\t`,
    });
    assert.deepEqual(revealKeys(resolution), {
      id: markedKeys.id,
      secret: markedKeys.secret,
      token: undefined,
    });
  });

  it('reads the role and the keys to assume it with from mode RamRoleArn', async () => {
    const profile = { name: 'p', mode: 'RamRoleArn', ...keyPair, ...role };
    const plain = await resolve('p', profile);
    const optional = { externalId: undefined, durationSeconds: undefined };
    assert.deepEqual(plain.roles, [
      {
        roleArn: role.ram_role_arn,
        sessionName: 'me',
        ...optional,
        endpoint: 'https://sts.aliyuncs.com',
      },
    ]);
    assert.equal(plain.keys.securityToken, undefined);

    const full = await resolve('p', {
      ...profile,
      ram_session_name: '',
      external_id: 'ext/1',
      expired_seconds: 900,
      sts_region: 'cn-hangzhou',
      sts_token: markedKeys.token,
    });
    assert.deepEqual(full.roles, [
      {
        roleArn: role.ram_role_arn,
        sessionName: 'edas-package-storage',
        externalId: 'ext/1',
        durationSeconds: 900,
        endpoint: 'https://sts.cn-hangzhou.aliyuncs.com',
      },
    ]);
    assert.equal(full.keys.securityToken?.reveal(), markedKeys.token);
  });

  it('uses the STS endpoint of the profile, over HTTPS unless it is on loopback', async () => {
    const profile = {
      name: 'p',
      mode: 'RamRoleArn',
      ...keyPair,
      ...role,
      sts_region: 'cn-beijing',
    };
    for (const [written, origin] of [
      ['sts-vpc.cn-beijing.aliyuncs.com', 'https://sts-vpc.cn-beijing.aliyuncs.com'],
      ['https://sts.private.cloud/', 'https://sts.private.cloud'],
      ['http://sts.aliyuncs.com', 'https://sts.aliyuncs.com'],
      ['HTTP://sts.aliyuncs.com/', 'https://sts.aliyuncs.com'],
      ['http://127.0.0.1.evil.test', 'https://127.0.0.1.evil.test'],
      ['http://localhost.evil.test', 'https://localhost.evil.test'],
      ['http://127.0.0.1:8001', 'http://127.0.0.1:8001'],
    ]) {
      const resolution = await resolve('p', { ...profile, sts_endpoint: written });
      assert.equal(resolution.roles[0]?.endpoint, origin);
    }
  });

  it('follows source profiles to the keys, and lists the roles in the order to assume them', async () => {
    const link = (name: string, source: string): Profile => ({
      name,
      mode: 'ChainableRamRoleArn',
      ram_role_arn: `acs:ram::1:role/${name}`,
      source_profile: source,
    });
    const end = { name: 'd', mode: 'RamRoleArn', ...keyPair, ...role };
    const resolution = await resolve('a', link('a', 'b'), link('b', 'c'), link('c', 'd'), end);
    assert.equal(resolution.keys.accessKeyId, markedKeys.id);
    assert.deepEqual(
      resolution.roles.map(({ roleArn }) => roleArn),
      [role.ram_role_arn, ...['c', 'b', 'a'].map((name) => `acs:ram::1:role/${name}`)],
    );
  });

  it('rejects circular chains of source profiles, and chains of more than 8', async () => {
    const link = (name: string, source: string): Profile => ({
      name,
      mode: 'ChainableRamRoleArn',
      ...role,
      source_profile: source,
    });
    await assertFails(() => resolve('a', link('a', 'a')), 'keys.chainTooLong');
    await assertFails(() => resolve('a', link('a', 'b'), link('b', 'a')), 'keys.chainTooLong');
    const end = { name: 'p99', mode: 'AK', ...keyPair };
    const chain = (length: number): Profile[] => [
      ...Array.from({ length }, (_, at) => link(`p${at}`, at + 1 < length ? `p${at + 1}` : 'p99')),
      end,
    ];
    assert.equal((await resolve('p0', ...chain(8))).roles.length, 8);
    await assertFails(() => resolve('p0', ...chain(9)), 'keys.chainTooLong', {
      file,
      subject: 'p8',
    });
  });

  it('names an unsupported mode, but does not quote an unknown one', async () => {
    for (const [mode, detail] of [
      ['EcsRamRole', 'EcsRamRole'],
      ['RsaKeyPair', 'RsaKeyPair'],
      ['RamRoleArnWithRoleName', 'RamRoleArnWithRoleName'],
      ['external', 'External'],
      ['CredentialsURI', 'CredentialsURI'],
      ['OIDC', 'OIDC'],
      ['BearerToken', 'BearerToken'],
      ['Anonymous', 'Anonymous'],
      [markedKeys.secret, 'unknown'],
    ]) {
      const facts = { file, subject: 'p', detail: detail ?? '' };
      await assertFails(
        () => resolve('p', { name: 'p', mode, ...keyPair }),
        'keys.modeUnsupported',
        facts,
      );
    }
  });

  it('reports a profile or a source profile that does not exist', async () => {
    await assertFails(() => resolve('p'), 'keys.profileMissing', { file, subject: 'p' });
    await assertFails(
      () => resolve('p', { name: 'p', mode: 'ChainableRamRoleArn', ...role, source_profile: 'q' }),
      'keys.profileMissing',
      { file, subject: 'p', detail: 'source_profile' },
    );
  });

  it('reports the missing or malformed field', async () => {
    const ak = { name: 'p', mode: 'AK', ...keyPair };
    const ramRole = { ...ak, ...role, mode: 'RamRoleArn' };
    const cases: [Profile, 'keys.incomplete' | 'keys.malformed', string][] = [
      [{ ...ak, access_key_id: '' }, 'keys.incomplete', 'access_key_id'],
      [{ ...ak, access_key_secret: null }, 'keys.incomplete', 'access_key_secret'],
      [{ ...ak, mode: 'StsToken' }, 'keys.incomplete', 'sts_token'],
      [{ ...ramRole, ram_role_arn: '' }, 'keys.incomplete', 'ram_role_arn'],
      [{ ...ramRole, mode: 'ChainableRamRoleArn' }, 'keys.incomplete', 'source_profile'],
      [{ ...ak, access_key_id: 5 }, 'keys.malformed', 'access_key_id'],
      [{ ...ak, access_key_secret: [markedKeys.secret] }, 'keys.malformed', 'access_key_secret'],
      [
        { ...ak, access_key_secret: `${markedKeys.secret} x` },
        'keys.malformed',
        'access_key_secret',
      ],
      [
        { ...ak, access_key_secret: `${markedKeys.secret}密` },
        'keys.malformed',
        'access_key_secret',
      ],
      [{ ...ramRole, expired_seconds: markedKeys.secret }, 'keys.malformed', 'expired_seconds'],
      [{ ...ramRole, ram_role_arn: markedKeys.secret }, 'keys.malformed', 'ram_role_arn'],
      [{ ...ramRole, expired_seconds: -1 }, 'keys.malformed', 'expired_seconds'],
      [
        { ...ramRole, sts_region: `x.evil.test/${markedKeys.secret}` },
        'keys.malformed',
        'sts_region',
      ],
      [{ ...ramRole, sts_region: 'cn-hangzhou@evil' }, 'keys.malformed', 'sts_region'],
      [{ ...ramRole, sts_endpoint: `a/${markedKeys.secret}` }, 'keys.malformed', 'sts_endpoint'],
      [{ ...ramRole, sts_endpoint: 'ftp://sts.aliyuncs.com' }, 'keys.malformed', 'sts_endpoint'],
    ];
    for (const [profile, code, detail] of cases) {
      await assertFails(() => resolve('p', profile), code, { file, subject: 'p', detail });
    }
  });

  it('uses the first of two profiles with the same name', async () => {
    const first = { name: 'p', mode: 'AK', ...keyPair };
    const resolution = await resolve('p', first, { ...first, access_key_id: 'second' });
    assert.equal(resolution.keys.accessKeyId, markedKeys.id);
  });

  it('reports a file that is not valid JSON, without quoting it', async () => {
    const secretLine = `"access_key_secret": "${markedKeys.secret}"`;
    const texts = [
      ...[
        '',
        `{\n  ${secretLine} x\n}`,
        `{\n  ${secretLine},\n}`,
        `{ "access_key_secret": "${markedKeys.secret}`,
      ],
      ...[
        `{ "access_key_secret": ${markedKeys.secret} }`,
        markedKeys.secret,
        `{"current":"p"}\n${markedKeys.secret}`,
      ],
    ];
    for (const text of texts) {
      await assertFails(() => parseCliConfig(text, file), 'keys.fileBroken', { file });
    }
  });

  it('skips entries that are not profiles with a name', async () => {
    const good = { name: 'good', mode: 'AK', ...keyPair };
    const resolution = await resolve(
      'good',
      ...([null, 1, {}, { name: 7 }, { name: '' }] as never[]),
      good,
    );
    assert.equal(resolution.keys.accessKeyId, markedKeys.id);
  });

  describe('with cached keys', () => {
    const seconds = Math.floor(Date.now() / 1000);
    const cached = { name: 'p', ...keyPair, sts_token: markedKeys.token };

    for (const mode of ['CloudSSO', 'OAuth']) {
      it(`returns the cached keys of mode ${mode} while they are valid`, async () => {
        const resolution = await resolve('p', { ...cached, mode, sts_expiration: seconds + 3600 });
        assert.deepEqual(revealKeys(resolution), {
          id: markedKeys.id,
          secret: markedKeys.secret,
          token: markedKeys.token,
        });
        assert.equal(resolution.expiresAt, (seconds + 3600) * 1000);
      });

      it(`requires a login for mode ${mode} when the cached keys are expired or incomplete`, async () => {
        const valid = { ...cached, mode, sts_expiration: seconds + 3600 };
        for (const change of [
          { sts_expiration: seconds - 1 },
          { sts_expiration: seconds + 5 }, // Expires before it could be used.
          { sts_expiration: undefined },
          { sts_token: '' },
          { access_key_id: undefined },
          { access_key_secret: '' },
        ]) {
          const facts = { file, subject: 'p', detail: mode };
          await assertFails(() => resolve('p', { ...valid, ...change }), 'keys.loginNeeded', facts);
        }
      });
    }

    it('uses the cached keys of a source profile to assume a role', async () => {
      const chained = { name: 'c', mode: 'ChainableRamRoleArn', ...role, source_profile: 'p' };
      const source = { ...cached, mode: 'CloudSSO', sts_expiration: seconds + 3600 };
      const resolution = await resolve('c', chained, source);
      assert.equal(resolution.keys.securityToken?.reveal(), markedKeys.token);
      assert.equal(resolution.roles.length, 1);
    });
  });

  it('uses the same configuration path as the CLI, also on Windows', () => {
    const windows = (env: Record<string, string>): string =>
      cliConfigFile({ home: 'C:\\Users\\os', env, platform: 'win32' });
    const profile = { USERPROFILE: 'C:\\Users\\me' };
    const drive = { HOMEDRIVE: 'H:', HOMEPATH: '\\me' };
    assert.equal(windows({ ...profile, ...drive }), 'H:\\me\\.aliyun\\config.json');
    assert.equal(windows(profile), 'C:\\Users\\me\\.aliyun\\config.json');
    assert.equal(windows({}), 'C:\\Users\\os\\.aliyun\\config.json');
    const unix = cliConfigFile({ home: '/home/me', env: drive, platform: 'linux' });
    assert.equal(unix, path.join('/home/me', '.aliyun', 'config.json'));
  });

  it('rejects JSON without a list of profiles', async () => {
    for (const [text, detail] of [
      ['[]', 'profiles'],
      ['null', 'profiles'],
      [`"${markedKeys.secret}"`, 'profiles'],
      ['{"profiles":{}}', 'profiles'],
    ] as const) {
      await assertFails(() => parseCliConfig(text, file), 'keys.fileBroken', { file, detail });
    }
  });

  it('treats __proto__ as a name, and ignores inherited properties', async () => {
    const profile = `{"name":"__proto__","mode":"AK","access_key_id":"${markedKeys.id}"}`;
    const text = `{"__proto__":{"profiles":[]},"profiles":[${profile}]}`;
    const config = parseCliConfig(text, file);
    assert.deepEqual([...config.profiles.keys()], ['__proto__']);
    await assertFails(() => resolveCliProfile(config, file, 'constructor'), 'keys.profileMissing');
    await assertFails(() => resolveCliProfile(config, file, '__proto__'), 'keys.incomplete');
    const inherited = '{"profiles":[{"name":"p","__proto__":{"mode":"AK","access_key_id":"x"}}]}';
    const pollution = parseCliConfig(inherited, file);
    await assertFails(() => resolveCliProfile(pollution, file, 'p'), 'keys.incomplete');
    assert.equal('mode' in {}, false);
  });
});
