import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasCode } from '../../../../src/core/errors/catalogue';
import type { EdasApi } from '../../../../src/core/alibaba/edas/edasApi';
import { Secret } from '../../../../src/core/util/secret';
import { AccountKeys } from '../../../../src/features/accounts/accountKeys';
import { CredentialFetcher } from '../../../../src/features/accounts/fetcher';
import { AccountStore } from '../../../../src/features/accounts/store';
import { account } from '../../support/account';
import { credential } from '../../support/credential';
import { Keyring, State } from './support/keyring';

const signal = new AbortController().signal;
const keys = { accessKeyId: 'LTAI5tStored', accessKeySecret: new Secret('stored-secret') };

describe('CredentialFetcher', () => {
  let home: string;
  let store: AccountStore;
  let fetcher: CredentialFetcher;
  let setting: string | undefined;
  /** AccessKey ID, secret and endpoint of each request. */
  let requests: string[];

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'edas-home-'));
    await mkdir(path.join(home, '.aliyun'));
  });
  after(() => rm(home, { recursive: true }));
  beforeEach(() => {
    setting = undefined;
    requests = [];
    store = new AccountStore(new Keyring(), { global: new State() });
    const noSts = { assumeRole: () => Promise.reject(new Error('not expected')) };
    const accountKeys = new AccountKeys(store, noSts, () => ({
      home,
      env: {},
      platform: process.platform,
    }));
    const edas: Pick<EdasApi, 'getPackageStorageCredential'> = {
      getPackageStorageCredential: ({ keys: { accessKeyId, accessKeySecret }, endpoint }) => {
        requests.push(`${accessKeyId} ${accessKeySecret.reveal()} ${endpoint}`);
        return Promise.resolve(credential());
      },
    };
    fetcher = new CredentialFetcher(store, accountKeys, edas, () => setting);
  });

  const file = () => path.join(home, '.aliyun', 'config.json');
  const writeKeys = (id: string) =>
    writeFile(
      file(),
      JSON.stringify({
        profiles: [
          { name: 'work', mode: 'AK', access_key_id: id, access_key_secret: `${id}-secret` },
        ],
      }),
    );

  it('uses the endpoint of the account, else of the setting, else of the region', async () => {
    await store.save(account({ endpoint: 'https://edas.example.com' }), keys);
    setting = 'https://set.example.com';
    await fetcher.fetch(signal);
    await store.update(account());
    await fetcher.fetch(signal);
    setting = undefined;
    await fetcher.fetch(signal);
    assert.deepEqual(
      requests.map((line) => line.split(' ')[2]),
      [
        'https://edas.example.com',
        'https://set.example.com',
        'https://edas.cn-hangzhou.aliyuncs.com',
      ],
    );
  });

  it('sends no request when no account is signed in, or the region has no endpoint', async () => {
    await assert.rejects(fetcher.fetch(signal), (e) => hasCode(e, 'account.signedOut'));
    await store.save(account({ regionId: 'cn-nowhere' }), keys);
    await assert.rejects(fetcher.fetch(signal), (e) => hasCode(e, 'region.unknown'));
    assert.deepEqual(requests, []);
  });

  it('reads the keys of a CLI profile on each fetch, and does not quote an invalid file', async () => {
    await writeKeys('LTAI5tFirst');
    const keySource = { kind: 'cliProfile', file: file(), profile: 'work' } as const;
    await store.save(account({ keySource }), undefined);
    await fetcher.fetch(signal);
    await writeKeys('LTAI5tRotated');
    await fetcher.fetch(signal);
    assert.deepEqual(
      requests.map((line) => line.split(' ').slice(0, 2).join(' ')),
      ['LTAI5tFirst LTAI5tFirst-secret', 'LTAI5tRotated LTAI5tRotated-secret'],
    );
    await writeFile(file(), '{ "profiles": [ markedContents');
    await assert.rejects(
      fetcher.fetch(signal),
      (e: Error) =>
        hasCode(e, 'keys.fileBroken') && !`${e.message}${e.stack ?? ''}`.includes('marked'),
    );
  });
});
