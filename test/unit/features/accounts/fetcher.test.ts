import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasCode } from '../../../../src/core/errors/catalogue';
import type { EdasClient } from '../../../../src/core/alibaba/edas/client';
import { Secret } from '../../../../src/core/util/secret';
import { AccountKeys } from '../../../../src/features/accounts/accountKeys';
import { CredentialFetcher } from '../../../../src/features/accounts/fetcher';
import { AccountStore } from '../../../../src/features/accounts/store';
import { account } from '../../support/account';
import { credential, now } from '../../support/credential';
import { Keyring, State } from './stage';

const signal = new AbortController().signal;
const keys = { accessKeyId: 'LTAI5tKept', accessKeySecret: new Secret('kept-secret') };

describe('CredentialFetcher', () => {
  let home: string;
  let store: AccountStore;
  let fetcher: CredentialFetcher;
  let setting: string | undefined;
  /** ms since 1970. */
  let time: number;
  /** Who asked where. */
  let userInitiated: string[];

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'edas-home-'));
    await mkdir(path.join(home, '.aliyun'));
  });
  after(() => rm(home, { recursive: true }));
  beforeEach(() => {
    setting = undefined;
    time = now;
    userInitiated = [];
    store = new AccountStore(new Keyring(), { global: new State() });
    const noSts = { assumeRole: () => Promise.reject(new Error('not asked')) };
    const accountKeys = new AccountKeys(store, noSts, () => ({ home, env: {} }));
    const edas: Pick<EdasClient, 'getPackageStorageCredential'> = {
      getPackageStorageCredential: ({ keys: { accessKeyId, accessKeySecret }, endpoint }) => {
        userInitiated.push(`${accessKeyId} ${accessKeySecret.reveal()} ${endpoint}`);
        return Promise.resolve(credential());
      },
    };
    fetcher = new CredentialFetcher(
      store,
      accountKeys,
      edas,
      () => setting,
      () => time,
    );
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

  it('asks where the account says, else the setting, else the region', async () => {
    await store.save(account({ endpoint: 'https://edas.example.com' }), keys);
    setting = 'https://set.example.com';
    await fetcher.fetch(signal);
    await store.update(account());
    await fetcher.fetch(signal);
    setting = undefined;
    await fetcher.fetch(signal);
    assert.deepEqual(
      userInitiated.map((line) => line.split(' ')[2]),
      [
        'https://edas.example.com',
        'https://set.example.com',
        'https://edas.cn-hangzhou.aliyuncs.com',
      ],
    );
  });

  it('asks nobody when nobody is signed in, or the region has no endpoint', async () => {
    await assert.rejects(fetcher.fetch(signal), (e) => hasCode(e, 'account.signedOut'));
    await store.save(account({ regionId: 'cn-nowhere' }), keys);
    await assert.rejects(fetcher.fetch(signal), (e) => hasCode(e, 'region.unknown'));
    assert.deepEqual(userInitiated, []);
  });

  it('reads keys that are followed at each fetch', async () => {
    await writeKeys('LTAI5tFirst');
    const keySource = { kind: 'cliProfile', file: file(), profile: 'work' } as const;
    await store.save(account({ keySource }), undefined);
    await fetcher.fetch(signal);
    await writeKeys('LTAI5tRotated');
    await fetcher.fetch(signal);
    assert.deepEqual(
      userInitiated.map((line) => line.split(' ').slice(0, 2).join(' ')),
      ['LTAI5tFirst LTAI5tFirst-secret', 'LTAI5tRotated LTAI5tRotated-secret'],
    );
    await writeFile(file(), '{ "profiles": [ markedContents');
    await assert.rejects(
      fetcher.fetch(signal),
      (e: Error) =>
        hasCode(e, 'keys.fileBroken') && !`${e.message}${e.stack ?? ''}`.includes('marked'),
    );
  });

  describe('what EDAS has just answered', () => {
    const proof = credential({ requestId: 'PROOF' });
    const fetched = async () => (await fetcher.fetch(signal)).requestId;
    /** While an account is being kept. */
    const during = <T>(kept: ReturnType<typeof account>, keeping: () => Promise<T>): Promise<T> =>
      fetcher.withProof(kept, proof, keeping);
    const current = account();
    beforeEach(() => store.save(current, keys));

    it('is taken for the next answer, once', async () => {
      await during(current, async () => {
        assert.equal(await fetched(), 'PROOF');
        assert.notEqual(await fetched(), 'PROOF');
      });
      assert.equal(userInitiated.length, 1);
    });

    it('is taken as soon as the account has become what was proven', async () => {
      const moved = { ...current, regionId: 'cn-beijing' };
      await during(moved, async () => {
        assert.notEqual(await fetched(), 'PROOF');
        await store.update(moved);
        assert.equal(await fetched(), 'PROOF');
      });
    });

    for (const [what, change] of Object.entries({
      'another account': { id: 'another' },
      'new keys that were not kept': { keysSetAt: current.keysSetAt + 1 },
      'another region': { regionId: 'cn-beijing' },
      'another endpoint': { endpoint: 'https://edas.example.com' },
      'another source of keys': { keySource: { kind: 'environment' } },
    } as const)) {
      it(`is not taken when it was for ${what}`, async () => {
        await during(account(change), async () => assert.notEqual(await fetched(), 'PROOF'));
      });
    }

    it('is not taken after half a minute, in which somebody may have read a message', async () => {
      for (const [passedMs, expected] of [
        [29_999, true],
        [30_000, false],
        [-1, false], // The clock was set back.
      ] as const) {
        await during(current, async () => {
          time += passedMs;
          assert.equal((await fetched()) === 'PROOF', expected, `${passedMs} ms`);
        });
      }
    });

    it('is forgotten when nobody took it, or the account was not kept', async () => {
      assert.equal(await during(current, () => Promise.resolve('kept')), 'kept');
      assert.notEqual(await fetched(), 'PROOF');
      await assert.rejects(during(current, () => Promise.reject(new Error('not kept'))));
      assert.notEqual(await fetched(), 'PROOF');
    });

    it('of a later moment is not forgotten with that of an earlier one', async () => {
      const later = credential({ requestId: 'LATER' });
      let end: () => void = () => undefined;
      const first = during(current, () => new Promise<void>((resolve) => (end = resolve)));
      await fetcher.withProof(current, later, async () => {
        end();
        await first;
        assert.equal(await fetched(), 'LATER');
      });
    });
  });
});
