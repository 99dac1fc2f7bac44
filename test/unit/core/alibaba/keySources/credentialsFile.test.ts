import { strict as assert } from 'node:assert';

import {
  credentialsFilePaths,
  resolveCredentialsFile,
  parseCredentialsFile,
} from '../../../../../src/core/alibaba/keySources/credentialsFile';
import type { KeyResolution } from '../../../../../src/core/alibaba/keySources/keySource';
import { assertFails, markedKeys } from './markedKeys';

const file = '/home/me/.alibabacloud/credentials';

async function resolve(text: string, section = 'default'): Promise<KeyResolution> {
  return resolveCredentialsFile(await parseCredentialsFile(text, file), file, section);
}

const keyPair = `access_key_id = ${markedKeys.id}\naccess_key_secret = ${markedKeys.secret}\n`;

describe('SDK credentials file', () => {
  it('reads a section of type access_key, whatever its line endings and spaces', async () => {
    const text = `# mine\n[default]\ntype = access_key ; kind\n${keyPair}`;
    for (const variant of [text, text.replaceAll('\n', '\r\n'), text.replaceAll(' = ', '=')]) {
      const { keys, roles } = await resolve(variant);
      assert.equal(keys.accessKeyId, markedKeys.id);
      assert.equal(keys.accessKeySecret.reveal(), markedKeys.secret);
      assert.deepEqual(roles, []);
    }
  });

  it("reads Alibaba Cloud's sample file, which has comments after names and values", async () => {
    const text = [
      '[default]                          # Default credential',
      'type = access_key                  # Certification type: access_key',
      `access_key_id = ${markedKeys.id}       # access key id`,
      `access_key_secret = ${markedKeys.secret}  # access key secret`,
      '[other] ; another one',
      'type = access_key',
      'access_key_id = other',
      `access_key_secret = ${markedKeys.secret}`,
    ].join('\r\n');
    assert.equal((await resolve(text)).keys.accessKeySecret.reveal(), markedKeys.secret);
    assert.equal((await resolve(text, 'other')).keys.accessKeyId, 'other');
  });

  it('reads the role of a section of type ram_role_arn', async () => {
    const text = `[r]\ntype=ram_role_arn\n${keyPair}role_arn=acs:ram::1:role/r\n`;
    assert.deepEqual((await resolve(text, 'r')).roles, [
      {
        roleArn: 'acs:ram::1:role/r',
        sessionName: 'edas-package-storage',
        policy: undefined,
        endpoint: 'https://sts.aliyuncs.com',
      },
    ]);
    const policy = '{"Version":"1","Statement":[]}';
    for (const written of [policy, `'${policy}'`, JSON.stringify(policy)]) {
      const full = await resolve(`${text}role_session_name=me\npolicy=${written}\n`, 'r');
      assert.equal(full.roles[0]?.policy, policy);
      assert.equal(full.roles[0].sessionName, 'me');
    }
  });

  it('reads section names literally, also with dots and __proto__', async () => {
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

  it('names an unsupported type, but does not quote an unknown one', async () => {
    for (const [type, detail] of [
      ['ecs_ram_role', 'ecs_ram_role'],
      ['rsa_key_pair', 'rsa_key_pair'],
      ['oidc_role_arn', 'oidc_role_arn'],
      [markedKeys.secret, 'unknown'],
    ] as const) {
      const facts = { file, subject: 'default', detail };
      await assertFails(
        () => resolve(`[default]\ntype=${type}\n${keyPair}`),
        'keys.modeUnsupported',
        facts,
      );
    }
  });

  it('reports a missing section and a missing or malformed field', async () => {
    await assertFails(() => resolve('[other]\ntype=access_key\n'), 'keys.profileMissing', {
      file,
      subject: 'default',
    });
    await assertFails(() => resolve(''), 'keys.profileMissing');
    const facts = { file, subject: 'default' };
    for (const [lines, code, detail] of [
      [keyPair, 'keys.incomplete', 'type'],
      ['type=access_key\naccess_key_id=x\n', 'keys.incomplete', 'access_key_secret'],
      [`type=ram_role_arn\n${keyPair}`, 'keys.incomplete', 'role_arn'],
      ['type=access_key\naccess_key_id\n', 'keys.fileBroken', undefined],
      [
        `type=access_key\naccess_key_id=a\naccess_key_secret=${markedKeys.secret} x`,
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
      await assertFails(() => resolve(`[default]\n${lines}`), code, expected);
    }
  });

  it('reports the line of a syntax error, but none of the text', async () => {
    const cases: [string, number][] = [
      [`[default\ntype=access_key\n${keyPair}`, 1],
      [`\n\n [default]\n${keyPair}`, 3],
      [`[default]\r\n${markedKeys.secret}\r\n`, 2],
      [`[default] ${markedKeys.secret}\n`, 1],
      [`[]\n${keyPair}`, 1],
      [markedKeys.secret, 1],
    ];
    for (const [text, line] of cases) {
      await assertFails(() => parseCredentialsFile(text, file), 'keys.fileBroken', { file, line });
    }
  });

  it('reads a section name with 200,000 dots as one section', async () => {
    const deep = `${'a.'.repeat(200_000)}a`;
    const sections = await parseCredentialsFile(`x=null\n[x.y]\na=1\n[${deep}]\nb=1`, file);
    assert.deepEqual([...sections.keys()], ['x.y', deep]);
  });

  it('uses the path in ALIBABA_CLOUD_CREDENTIALS_FILE', () => {
    const env = { ALIBABA_CLOUD_CREDENTIALS_FILE: '/else/where' };
    assert.deepEqual(credentialsFilePaths({ home: '/home/me', env, platform: 'linux' }), [
      '/else/where',
    ]);
  });
});
