import { strict as assert } from 'node:assert';

import {
  credentialsFilePaths,
  resolveCredentialsFile,
  parseCredentialsFile,
} from '../../../../../src/core/alibaba/keySources/credentialsFile';
import type { KeyResolution } from '../../../../../src/core/alibaba/keySources/keySource';
import { assertFails, marked } from './marked';

const file = '/home/me/.alibabacloud/credentials';

async function plan(text: string, section = 'default'): Promise<KeyResolution> {
  return resolveCredentialsFile(await parseCredentialsFile(text, file), file, section);
}

const pair = `access_key_id = ${marked.id}\naccess_key_secret = ${marked.secret}\n`;

describe("The SDKs' credentials file", () => {
  it('gives the pair of type access_key, whatever the line ends', async () => {
    const text = `# mine\n[default]\ntype = access_key ; kind\n${pair}`;
    for (const variant of [text, text.replaceAll('\n', '\r\n'), text.replaceAll(' = ', '=')]) {
      const { keys, roles } = await plan(variant);
      assert.equal(keys.accessKeyId, marked.id);
      assert.equal(keys.accessKeySecret.reveal(), marked.secret);
      assert.deepEqual(roles, []);
    }
  });

  it("reads the vendor's own sample, which has comments behind names and values", async () => {
    const text = [
      '[default]                          # Default credential',
      'type = access_key                  # Certification type: access_key',
      `access_key_id = ${marked.id}       # access key id`,
      `access_key_secret = ${marked.secret}  # access key secret`,
      '[other] ; another one',
      'type = access_key',
      'access_key_id = other',
      `access_key_secret = ${marked.secret}`,
    ].join('\r\n');
    assert.equal((await plan(text)).keys.accessKeySecret.reveal(), marked.secret);
    assert.equal((await plan(text, 'other')).keys.accessKeyId, 'other');
  });

  it('assumes the role of type ram_role_arn', async () => {
    const text = `[r]\ntype=ram_role_arn\n${pair}role_arn=acs:ram::1:role/r\n`;
    assert.deepEqual((await plan(text, 'r')).roles, [
      {
        roleArn: 'acs:ram::1:role/r',
        sessionName: 'edas-package-storage',
        policy: undefined,
        endpoint: 'https://sts.aliyuncs.com',
      },
    ]);
    const policy = '{"Version":"1","Statement":[]}';
    for (const written of [policy, `'${policy}'`, JSON.stringify(policy)]) {
      const full = await plan(`${text}role_session_name=me\npolicy=${written}\n`, 'r');
      assert.equal(full.roles[0]?.policy, policy);
      assert.equal(full.roles[0].sessionName, 'me');
    }
  });

  it("keeps a section's name as it is written", async () => {
    const text = ['a.b', 'a', '__proto__.x', 'constructor', '公司']
      .map((name) => `[${name}]\ntype=access_key\naccess_key_id=id-${name.length}\n`)
      .join('');
    const sections = await parseCredentialsFile(text, file);
    assert.deepEqual(
      new Set(sections.keys()),
      new Set(['a.b', 'a', '__proto__.x', 'constructor', '公司']),
    );
    assert.equal(sections.get('a.b')?.text('access_key_id'), 'id-3');
    assert.equal(sections.get('a')?.text('access_key_id'), 'id-1');
    assert.equal('access_key_id' in {}, false);
  });

  it('names the types that it cannot use, and no text that is not a type', async () => {
    for (const [type, detail] of [
      ['ecs_ram_role', 'ecs_ram_role'],
      ['rsa_key_pair', 'rsa_key_pair'],
      ['oidc_role_arn', 'oidc_role_arn'],
      [marked.secret, 'unknown'],
    ] as const) {
      const facts = { file, subject: 'default', detail };
      await assertFails(
        () => plan(`[default]\ntype=${type}\n${pair}`),
        'keys.modeUnsupported',
        facts,
      );
    }
  });

  it('names what is missing or cannot be', async () => {
    await assertFails(() => plan('[other]\ntype=access_key\n'), 'keys.profileMissing', {
      file,
      subject: 'default',
    });
    await assertFails(() => plan(''), 'keys.profileMissing');
    const facts = { file, subject: 'default' };
    for (const [lines, code, detail] of [
      [pair, 'keys.incomplete', 'type'],
      ['type=access_key\naccess_key_id=x\n', 'keys.incomplete', 'access_key_secret'],
      [`type=ram_role_arn\n${pair}`, 'keys.incomplete', 'role_arn'],
      ['type=access_key\naccess_key_id\n', 'keys.fileBroken', undefined],
      [
        `type=access_key\naccess_key_id=a\naccess_key_secret=${marked.secret} x`,
        'keys.malformed',
        'access_key_secret',
      ],
      [
        `type=access_key\naccess_key_id[]=a\naccess_key_id[]=b\n`,
        'keys.malformed',
        'access_key_id',
      ],
    ] as const) {
      const expected = detail === undefined ? { file, line: 3 } : { ...facts, detail };
      await assertFails(() => plan(`[default]\n${lines}`), code, expected);
    }
  });

  it('tells the line of a broken file and none of its text', async () => {
    const cases: [string, number][] = [
      [`[default\ntype=access_key\n${pair}`, 1],
      [`\n\n [default]\n${pair}`, 3],
      [`[default]\r\n${marked.secret}\r\n`, 2],
      [`[default] ${marked.secret}\n`, 1],
      [`[]\n${pair}`, 1],
      [marked.secret, 1],
    ];
    for (const [text, line] of cases) {
      await assertFails(() => parseCredentialsFile(text, file), 'keys.fileBroken', { file, line });
    }
  });

  it('takes a section with dots for one section, however many they are', async () => {
    const deep = `${'a.'.repeat(200_000)}a`;
    const sections = await parseCredentialsFile(`x=null\n[x.y]\na=1\n[${deep}]\nb=1`, file);
    assert.deepEqual([...sections.keys()], ['x.y', deep]);
  });

  it('stands where the environment says', () => {
    const env = { ALIBABA_CLOUD_CREDENTIALS_FILE: '/else/where' };
    assert.deepEqual(credentialsFilePaths({ home: '/home/me', env, platform: 'linux' }), [
      '/else/where',
    ]);
  });
});
