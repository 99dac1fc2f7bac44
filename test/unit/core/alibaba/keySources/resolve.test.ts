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
import { makeHome, type Home } from './home';
import { assertFails, marked } from './marked';

describe('The keys of a source', () => {
  let home: Home;
  /** What STS was asked: with whose keys, for which role. */
  let userInitiated: string[];
  let dependencies: KeyDependencies;

  beforeEach(async () => {
    home = await makeHome();
    userInitiated = [];
    dependencies = {
      ...home,
      readStored: (accountId) =>
        Promise.resolve({ accessKeyId: `kept-${accountId}`, accessKeySecret: new Secret('s') }),
      sts: {
        assumeRole: (keys, role) => {
          userInitiated.push(`${keys.accessKeyId} ${role.roleArn}`);
          return Promise.resolve({
            accessKeyId: `STS.${role.roleArn}`,
            accessKeySecret: new Secret(marked.secret),
            securityToken: new Secret(marked.token),
          });
        },
      },
    };
  });

  afterEach(() => home.dispose());

  const cli = (profile: string): KeySource => ({ kind: 'cliProfile', file: home.cliFile, profile });

  const writeCli = (...profiles: readonly object[]): Promise<void> =>
    home.write(home.cliFile, JSON.stringify({ profiles }));

  it('reads kept keys through the store', async () => {
    const keys = await resolveKeys({ kind: 'stored', accountId: 'a1' }, dependencies);
    assert.equal(keys.accessKeyId, 'kept-a1');
  });

  it('picks up keys that were rotated in the file', async () => {
    for (const id of ['first', 'second']) {
      await writeCli({ name: 'p', mode: 'AK', access_key_id: id, access_key_secret: 's' });
      assert.equal((await resolveKeys(cli('p'), dependencies)).accessKeyId, id);
    }
    await writeCli({ name: 'q', mode: 'AK' });
    await assertFails(() => resolveKeys(cli('p'), dependencies), 'keys.profileMissing');
  });

  it('reads the SDKs’ file and the environment', async () => {
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

  it('assumes one role with the keys of the one before', async () => {
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
    assert.deepEqual(userInitiated, [
      'c acs:ram::1:role/B',
      'STS.acs:ram::1:role/B acs:ram::1:role/A',
    ]);
    assert.equal(keys.accessKeyId, 'STS.acs:ram::1:role/A');
  });

  it('lets go when it is told to', async () => {
    await writeCli({ name: 'p', mode: 'AK', access_key_id: 'i', access_key_secret: 's' });
    await assert.rejects(resolveKeys(cli('p'), dependencies, AbortSignal.abort()), {
      name: 'AbortError',
    });
  });

  it('are read from files as editors of Windows save them, and no others', async () => {
    const file = home.credentialsFile;
    const keys = `access_key_id = ${marked.id}\r\naccess_key_secret = s\r\n`;
    const ini = `\ufeff[default]\r\ntype = access_key\r\n${keys}`;
    const sdk: KeySource = { kind: 'credentialsFile', file, section: 'default' };
    await home.write(file, ini);
    assert.equal((await resolveKeys(sdk, dependencies)).accessKeyId, marked.id);
    const profile = { name: 'p', mode: 'AK', access_key_id: 'i', access_key_secret: 's' };
    const json = JSON.stringify({ profiles: [profile] }, undefined, 2).replaceAll('\n', '\r\n');
    await home.write(home.cliFile, `\ufeff${json}`);
    assert.equal((await resolveKeys(cli('p'), dependencies)).accessKeyId, 'i');
    // As older PowerShell writes: other tools do not read it either.
    await home.write(file, Buffer.from(ini, 'utf16le'));
    await assertFails(() => resolveKeys(sdk, dependencies), 'keys.fileBroken', {
      file,
      detail: 'notUtf8',
    });
  });

  it('names a file that is not there, is no file, too long or no text', async () => {
    const file = home.cliFile;
    await assertFails(() => resolveKeys(cli('p'), dependencies), 'keys.fileNotFound', { file });
    await home.write(file, Buffer.from(`{"a":"${marked.secret}\xff"}`, 'latin1'));
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

  it('does not wait at a pipe', async function () {
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

  it('passes on what STS refuses', async () => {
    await writeCli({
      name: 'p',
      mode: 'RamRoleArn',
      access_key_id: 'i',
      access_key_secret: 's',
      ram_role_arn: 'acs:ram::1:role/A',
    });
    const refused = new CodedError('sts.noPermission');
    const sts = { assumeRole: () => Promise.reject(refused) };
    await assert.rejects(resolveKeys(cli('p'), { ...dependencies, sts }), refused);
  });
});

describe('A source in stored state', () => {
  it('comes back as it was, and nothing else does', () => {
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
    for (const odd of [
      null,
      'kept',
      {},
      { kind: 'stored' },
      { kind: 'cliProfile', file: 1 },
      { kind: 'exec' },
    ]) {
      assert.equal(parseKeySource(odd), undefined);
    }
  });
});
