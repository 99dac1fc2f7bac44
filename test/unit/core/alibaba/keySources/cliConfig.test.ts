import { strict as assert } from 'node:assert';
import path from 'node:path';

import {
  cliConfigFile,
  parseCliConfig,
} from '../../../../../src/core/alibaba/keySources/cliConfig';
import { resolveCliProfile } from '../../../../../src/core/alibaba/keySources/cliProfile';
import type { KeyResolution } from '../../../../../src/core/alibaba/keySources/keySource';
import { assertFails, marked } from './marked';

const file = '/home/me/.aliyun/config.json';
const pair = { access_key_id: marked.id, access_key_secret: marked.secret };
const role = { ram_role_arn: 'acs:ram::1:role/r', ram_session_name: 'me' };

type Profile = Readonly<Record<string, unknown>>;

// oxlint-disable-next-line typescript/require-await -- what it throws is a rejection, as where it is used
async function plan(name: string, ...profiles: readonly Profile[]): Promise<KeyResolution> {
  const text = JSON.stringify({ current: name, profiles });
  return resolveCliProfile(parseCliConfig(text, file), file, name);
}

function revealed({ keys }: KeyResolution): unknown {
  return {
    id: keys.accessKeyId,
    secret: keys.accessKeySecret.reveal(),
    token: keys.securityToken?.reveal(),
  };
}

describe("The CLI's profiles", () => {
  it('gives the pair of mode AK', async () => {
    const found = await plan('p', { name: 'p', mode: 'AK', ...pair, sts_token: '' });
    assert.deepEqual(revealed(found), { id: marked.id, secret: marked.secret, token: undefined });
    assert.deepEqual(found.roles, []);
  });

  it('gives the triple of mode StsToken, and compares modes case-blind', async () => {
    for (const mode of ['StsToken', 'ststoken', 'STSTOKEN']) {
      const found = await plan('p', { name: 'p', mode, ...pair, sts_token: marked.token });
      assert.deepEqual(revealed(found), {
        id: marked.id,
        secret: marked.secret,
        token: marked.token,
      });
    }
  });

  it('tells by the fields what a profile without a mode is', async () => {
    const none = { name: 'p', mode: '', ...pair };
    assert.equal((await plan('p', none)).keys.securityToken, undefined);
    const sts = await plan('p', { ...none, sts_token: marked.token });
    assert.equal(sts.keys.securityToken?.reveal(), marked.token);
    assert.equal((await plan('p', { ...none, ...role })).roles.length, 1);
  });

  it('drops blanks around keys', async () => {
    const found = await plan('p', {
      name: 'p',
      mode: 'AK',
      access_key_id: ` ${marked.id}\r\n`,
      access_key_secret: `${marked.secret}\t`,
    });
    assert.deepEqual(revealed(found), { id: marked.id, secret: marked.secret, token: undefined });
  });

  it('assumes the role of mode RamRoleArn with its own keys', async () => {
    const profile = { name: 'p', mode: 'RamRoleArn', ...pair, ...role };
    const plain = await plan('p', profile);
    const optional = { externalId: undefined, durationSeconds: undefined };
    assert.deepEqual(plain.roles, [
      {
        ...{ roleArn: role.ram_role_arn, sessionName: 'me', ...optional },
        endpoint: 'https://sts.aliyuncs.com',
      },
    ]);
    assert.equal(plain.keys.securityToken, undefined);

    const full = await plan('p', {
      ...profile,
      ram_session_name: '',
      external_id: 'ext/1',
      expired_seconds: 900,
      sts_region: 'cn-hangzhou',
      sts_token: marked.token,
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
    assert.equal(full.keys.securityToken?.reveal(), marked.token);
  });

  it("asks the profile's own STS endpoint", async () => {
    const profile = { name: 'p', mode: 'RamRoleArn', ...pair, ...role, sts_region: 'cn-beijing' };
    for (const [written, origin] of [
      ['sts-vpc.cn-beijing.aliyuncs.com', 'https://sts-vpc.cn-beijing.aliyuncs.com'],
      ['https://sts.private.cloud/', 'https://sts.private.cloud'],
      ['http://sts.aliyuncs.com', 'https://sts.aliyuncs.com'],
      ['HTTP://sts.aliyuncs.com/', 'https://sts.aliyuncs.com'],
      ['http://127.0.0.1.evil.test', 'https://127.0.0.1.evil.test'],
      ['http://localhost.evil.test', 'https://localhost.evil.test'],
      ['http://127.0.0.1:8001', 'http://127.0.0.1:8001'],
    ]) {
      const found = await plan('p', { ...profile, sts_endpoint: written });
      assert.equal(found.roles[0]?.endpoint, origin);
    }
  });

  it('goes through source profiles to the keys at their end, the first role first', async () => {
    const link = (name: string, source: string): Profile => ({
      name,
      mode: 'ChainableRamRoleArn',
      ram_role_arn: `acs:ram::1:role/${name}`,
      source_profile: source,
    });
    const end = { name: 'd', mode: 'RamRoleArn', ...pair, ...role };
    const found = await plan('a', link('a', 'b'), link('b', 'c'), link('c', 'd'), end);
    assert.equal(found.keys.accessKeyId, marked.id);
    assert.deepEqual(
      found.roles.map(({ roleArn }) => roleArn),
      [role.ram_role_arn, ...['c', 'b', 'a'].map((name) => `acs:ram::1:role/${name}`)],
    );
  });

  it('refuses chains that go round or on and on', async () => {
    const link = (name: string, source: string): Profile => ({
      name,
      mode: 'ChainableRamRoleArn',
      ...role,
      source_profile: source,
    });
    await assertFails(() => plan('a', link('a', 'a')), 'keys.chainTooLong');
    await assertFails(() => plan('a', link('a', 'b'), link('b', 'a')), 'keys.chainTooLong');
    const end = { name: 'p99', mode: 'AK', ...pair };
    const chain = (length: number): Profile[] => [
      ...Array.from({ length }, (_, at) => link(`p${at}`, at + 1 < length ? `p${at + 1}` : 'p99')),
      end,
    ];
    assert.equal((await plan('p0', ...chain(8))).roles.length, 8);
    await assertFails(() => plan('p0', ...chain(9)), 'keys.chainTooLong', { file, subject: 'p8' });
  });

  it('names the modes that it cannot use, and no text that is not a mode', async () => {
    for (const [mode, detail] of [
      ['EcsRamRole', 'EcsRamRole'],
      ['RsaKeyPair', 'RsaKeyPair'],
      ['RamRoleArnWithRoleName', 'RamRoleArnWithRoleName'],
      ['external', 'External'],
      ['CredentialsURI', 'CredentialsURI'],
      ['OIDC', 'OIDC'],
      ['BearerToken', 'BearerToken'],
      ['Anonymous', 'Anonymous'],
      [marked.secret, 'unknown'],
    ]) {
      const facts = { file, subject: 'p', detail: detail ?? '' };
      await assertFails(
        () => plan('p', { name: 'p', mode, ...pair }),
        'keys.modeUnsupported',
        facts,
      );
    }
  });

  it('names the profile that is not there', async () => {
    await assertFails(() => plan('p'), 'keys.profileMissing', { file, subject: 'p' });
    await assertFails(
      () => plan('p', { name: 'p', mode: 'ChainableRamRoleArn', ...role, source_profile: 'q' }),
      'keys.profileMissing',
      { file, subject: 'p', detail: 'source_profile' },
    );
  });

  it('names the field that is missing or cannot be', async () => {
    const ak = { name: 'p', mode: 'AK', ...pair };
    const ramRole = { ...ak, ...role, mode: 'RamRoleArn' };
    const cases: [Profile, 'keys.incomplete' | 'keys.malformed', string][] = [
      [{ ...ak, access_key_id: '' }, 'keys.incomplete', 'access_key_id'],
      [{ ...ak, access_key_secret: null }, 'keys.incomplete', 'access_key_secret'],
      [{ ...ak, mode: 'StsToken' }, 'keys.incomplete', 'sts_token'],
      [{ ...ramRole, ram_role_arn: '' }, 'keys.incomplete', 'ram_role_arn'],
      [{ ...ramRole, mode: 'ChainableRamRoleArn' }, 'keys.incomplete', 'source_profile'],
      [{ ...ak, access_key_id: 5 }, 'keys.malformed', 'access_key_id'],
      [{ ...ak, access_key_secret: [marked.secret] }, 'keys.malformed', 'access_key_secret'],
      [{ ...ak, access_key_secret: `${marked.secret} x` }, 'keys.malformed', 'access_key_secret'],
      [{ ...ak, access_key_secret: `${marked.secret}密` }, 'keys.malformed', 'access_key_secret'],
      [{ ...ramRole, expired_seconds: marked.secret }, 'keys.malformed', 'expired_seconds'],
      [{ ...ramRole, ram_role_arn: marked.secret }, 'keys.malformed', 'ram_role_arn'],
      [{ ...ramRole, expired_seconds: -1 }, 'keys.malformed', 'expired_seconds'],
      [{ ...ramRole, sts_region: `x.evil.test/${marked.secret}` }, 'keys.malformed', 'sts_region'],
      [{ ...ramRole, sts_region: 'cn-hangzhou@evil' }, 'keys.malformed', 'sts_region'],
      [{ ...ramRole, sts_endpoint: `a/${marked.secret}` }, 'keys.malformed', 'sts_endpoint'],
      [{ ...ramRole, sts_endpoint: 'ftp://sts.aliyuncs.com' }, 'keys.malformed', 'sts_endpoint'],
    ];
    for (const [profile, code, detail] of cases) {
      await assertFails(() => plan('p', profile), code, { file, subject: 'p', detail });
    }
  });

  it('takes the first of two profiles with one name', async () => {
    const first = { name: 'p', mode: 'AK', ...pair };
    const found = await plan('p', first, { ...first, access_key_id: 'second' });
    assert.equal(found.keys.accessKeyId, marked.id);
  });

  it('names a broken file and tells none of its text', async () => {
    const secretLine = `"access_key_secret": "${marked.secret}"`;
    const texts = [
      ...[
        '',
        `{\n  ${secretLine} x\n}`,
        `{\n  ${secretLine},\n}`,
        `{ "access_key_secret": "${marked.secret}`,
      ],
      ...[
        `{ "access_key_secret": ${marked.secret} }`,
        marked.secret,
        `{"current":"p"}\n${marked.secret}`,
      ],
    ];
    for (const text of texts) {
      await assertFails(() => parseCliConfig(text, file), 'keys.fileBroken', { file });
    }
  });

  it('hides no profile because another one has no name', async () => {
    const good = { name: 'good', mode: 'AK', ...pair };
    const found = await plan(
      'good',
      ...([null, 1, {}, { name: 7 }, { name: '' }] as never[]),
      good,
    );
    assert.equal(found.keys.accessKeyId, marked.id);
  });

  describe('of mode CloudSSO and OAuth', () => {
    const seconds = Math.floor(Date.now() / 1000);
    const cached = { name: 'p', ...pair, sts_token: marked.token };

    for (const mode of ['CloudSSO', 'OAuth']) {
      it(`give the cached keys of ${mode} while they are valid`, async () => {
        const found = await plan('p', { ...cached, mode, sts_expiration: seconds + 3600 });
        assert.deepEqual(revealed(found), {
          id: marked.id,
          secret: marked.secret,
          token: marked.token,
        });
        assert.equal(found.expiresAt, (seconds + 3600) * 1000);
      });

      it(`name the mode ${mode} for which a login is needed when they have expired or are not there`, async () => {
        const valid = { ...cached, mode, sts_expiration: seconds + 3600 };
        for (const change of [
          { sts_expiration: seconds - 1 },
          { sts_expiration: seconds + 5 }, // Ends before it could be used.
          { sts_expiration: undefined },
          { sts_token: '' },
          { access_key_id: undefined },
          { access_key_secret: '' },
        ]) {
          const facts = { file, subject: 'p', detail: mode };
          await assertFails(() => plan('p', { ...valid, ...change }), 'keys.loginNeeded', facts);
        }
      });
    }

    it('assume a role with the cached keys of their source profile', async () => {
      const chained = { name: 'c', mode: 'ChainableRamRoleArn', ...role, source_profile: 'p' };
      const source = { ...cached, mode: 'CloudSSO', sts_expiration: seconds + 3600 };
      const found = await plan('c', chained, source);
      assert.equal(found.keys.securityToken?.reveal(), marked.token);
      assert.equal(found.roles.length, 1);
    });
  });

  it('stand where the CLI looks for its configuration, on Windows as well', () => {
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

  it('refuses JSON of another shape', async () => {
    for (const [text, detail] of [
      ['[]', 'profiles'],
      ['null', 'profiles'],
      [`"${marked.secret}"`, 'profiles'],
      ['{"profiles":{}}', 'profiles'],
    ] as const) {
      await assertFails(() => parseCliConfig(text, file), 'keys.fileBroken', { file, detail });
    }
  });

  it('takes names that JavaScript gives a meaning for names', async () => {
    const profile = `{"name":"__proto__","mode":"AK","access_key_id":"${marked.id}"}`;
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
