import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';

import { CodedError } from '../../../../../src/core/errors/catalogue';
import {
  resolveKeys,
  type KeyDependencies,
} from '../../../../../src/core/alibaba/keySources/resolve';
import {
  parseKeySource,
  type KeySource,
} from '../../../../../src/core/alibaba/keySources/keySource';
import { Secret } from '../../../../../src/core/util/secret';
import { assertFails, markedKeys } from './markedKeys';
import { createTempHome, type TempHome } from './tempHome';

describe('resolveKeys', () => {
  let home: TempHome;
  /** Calls of AssumeRole: the AccessKey ID and the ARN of the role. */
  let assumeRoleCalls: string[];
  let dependencies: KeyDependencies;

  beforeEach(async () => {
    home = await createTempHome();
    assumeRoleCalls = [];
    dependencies = {
      ...home,
      readStored: (accountId) =>
        Promise.resolve({ accessKeyId: `stored-${accountId}`, accessKeySecret: new Secret('s') }),
      sts: {
        assumeRole: (keys, role) => {
          assumeRoleCalls.push(`${keys.accessKeyId} ${role.roleArn}`);
          return Promise.resolve({
            accessKeyId: `STS.${role.roleArn}`,
            accessKeySecret: new Secret(markedKeys.secret),
            securityToken: new Secret(markedKeys.token),
          });
        },
      },
    };
  });

  afterEach(() => home.dispose());

  const cli = (profile: string): KeySource => ({ kind: 'cliProfile', file: home.cliFile, profile });

  const writeCli = (...profiles: readonly object[]): Promise<void> =>
    home.write(home.cliFile, JSON.stringify({ profiles }));

  it('reads the stored keys of an account', async () => {
    const keys = await resolveKeys({ kind: 'stored', accountId: 'a1' }, dependencies);
    assert.equal(keys.accessKeyId, 'stored-a1');
  });

  it('reads the file each time, so that rotated keys are used', async () => {
    for (const id of ['first', 'second']) {
      await writeCli({ name: 'p', mode: 'AK', access_key_id: id, access_key_secret: 's' });
      assert.equal((await resolveKeys(cli('p'), dependencies)).accessKeyId, id);
    }
    await writeCli({ name: 'q', mode: 'AK' });
    await assertFails(() => resolveKeys(cli('p'), dependencies), 'keys.profileMissing');
  });

  it('reads keys from the SDK credentials file and from environment variables', async () => {
    await home.write(
      home.credentialsFile,
      '[s]\ntype=access_key\naccess_key_id=a\naccess_key_secret=b\n',
    );
    const source: KeySource = { kind: 'credentialsFile', file: home.credentialsFile, section: 's' };
    assert.equal((await resolveKeys(source, dependencies)).accessKeySecret.reveal(), 'b');
    const env = { ALICLOUD_ACCESS_KEY_ID: 'e', ALICLOUD_ACCESS_KEY_SECRET: 'f' };
    const keys = await resolveKeys({ kind: 'environment' }, { ...dependencies, env });
    assert.equal(keys.accessKeyId, 'e');
  });

  it('assumes chained roles, each with the keys of the previous one', async () => {
    await writeCli(
      {
        name: 'a',
        mode: 'ChainableRamRoleArn',
        source_profile: 'b',
        ram_role_arn: 'acs:ram::1:role/A',
      },
      {
        name: 'b',
        mode: 'ChainableRamRoleArn',
        source_profile: 'c',
        ram_role_arn: 'acs:ram::1:role/B',
      },
      { name: 'c', mode: 'AK', access_key_id: 'c', access_key_secret: 's' },
    );
    const keys = await resolveKeys(cli('a'), dependencies);
    assert.deepEqual(assumeRoleCalls, [
      'c acs:ram::1:role/B',
      'STS.acs:ram::1:role/B acs:ram::1:role/A',
    ]);
    assert.equal(keys.accessKeyId, 'STS.acs:ram::1:role/A');
  });

  it('rejects with an AbortError when aborted', async () => {
    await writeCli({ name: 'p', mode: 'AK', access_key_id: 'i', access_key_secret: 's' });
    await assert.rejects(resolveKeys(cli('p'), dependencies, AbortSignal.abort()), {
      name: 'AbortError',
    });
  });

  it('reads files with a byte order mark and CRLF, but not UTF-16', async () => {
    const file = home.credentialsFile;
    const keys = `access_key_id = ${markedKeys.id}\r\naccess_key_secret = s\r\n`;
    const ini = `\ufeff[default]\r\ntype = access_key\r\n${keys}`;
    const sdk: KeySource = { kind: 'credentialsFile', file, section: 'default' };
    await home.write(file, ini);
    assert.equal((await resolveKeys(sdk, dependencies)).accessKeyId, markedKeys.id);
    const profile = { name: 'p', mode: 'AK', access_key_id: 'i', access_key_secret: 's' };
    const json = JSON.stringify({ profiles: [profile] }, undefined, 2).replaceAll('\n', '\r\n');
    await home.write(home.cliFile, `\ufeff${json}`);
    assert.equal((await resolveKeys(cli('p'), dependencies)).accessKeyId, 'i');
    // Older versions of PowerShell write UTF-16: other tools do not read it either.
    await home.write(file, Buffer.from(ini, 'utf16le'));
    await assertFails(() => resolveKeys(sdk, dependencies), 'keys.fileBroken', {
      file,
      detail: 'notUtf8',
    });
  });

  it('reports a file that is missing, not UTF-8 or too large', async () => {
    const file = home.cliFile;
    await assertFails(() => resolveKeys(cli('p'), dependencies), 'keys.fileNotFound', { file });
    await home.write(file, Buffer.from(`{"a":"${markedKeys.secret}\xff"}`, 'latin1'));
    await assertFails(() => resolveKeys(cli('p'), dependencies), 'keys.fileBroken', {
      file,
      detail: 'notUtf8',
    });
    await home.write(file, ' '.repeat(1024 * 1024 + 1));
    await assertFails(() => resolveKeys(cli('p'), dependencies), 'keys.fileUnreadable', {
      file,
      detail: 'tooLarge',
      bytes: 1024 * 1024,
    });
  });

  it('does not block on a named pipe', async function () {
    if (process.platform === 'win32') {
      this.skip(); // Windows has no pipes in the file system
    }
    await home.write(`${home.cliFile}.other`, '');
    execFileSync('mkfifo', [home.cliFile]);
    await assertFails(() => resolveKeys(cli('p'), dependencies), 'keys.fileUnreadable', {
      file: home.cliFile,
      detail: 'notAFile',
    });
  });

  it('rejects with the error of AssumeRole', async () => {
    await writeCli({
      name: 'p',
      mode: 'RamRoleArn',
      access_key_id: 'i',
      access_key_secret: 's',
      ram_role_arn: 'acs:ram::1:role/A',
    });
    const denied = new CodedError('sts.noPermission');
    const sts = { assumeRole: () => Promise.reject(denied) };
    await assert.rejects(resolveKeys(cli('p'), { ...dependencies, sts }), denied);
  });
});

describe('parseKeySource', () => {
  it('restores each kind of stored source, without extra fields, and rejects other data', () => {
    const sources: KeySource[] = [
      { kind: 'stored', accountId: 'a' },
      { kind: 'cliProfile', file: '/f', profile: 'p' },
      { kind: 'credentialsFile', file: '/f', section: 's' },
      { kind: 'environment' },
    ];
    for (const source of sources) {
      const stored: unknown = JSON.parse(JSON.stringify({ ...source, accessKeySecret: 'x' }));
      assert.deepEqual(parseKeySource(stored), source);
    }
    for (const invalid of [
      null,
      'stored',
      {},
      { kind: 'stored' },
      { kind: 'cliProfile', file: 1 },
      { kind: 'exec' },
    ]) {
      assert.equal(parseKeySource(invalid), undefined);
    }
  });
});
