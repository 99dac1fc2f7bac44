import assert from 'node:assert/strict';
import type { UploadedObject } from '../../../../src/api';
import { Emitter } from '../../../../src/core/util/emitter';
import { CodedError } from '../../../../src/core/errors/catalogue';
import type { CredentialState } from '../../../../src/core/credential/session';
import type { Transfer, TransferChange, UploadResult } from '../../../../src/core/transfer/manager';
import { statusOf } from '../../../../src/features/api/status';
import { watchUploads } from '../../../../src/features/api/watchUploads';
import { credential } from '../../support/credential';

const account = { regionId: 'cn-hangzhou' };
const held = credential();
const facts = { bucket: held.bucket, keyPrefix: held.keyPrefix, expiresAt: held.expiresAt };

describe('what other extensions are told of the credential', () => {
  const failed = {
    kind: 'failed',
    error: new CodedError('network.refused'),
    userInitiated: true,
  } as const;
  const cases: readonly (readonly [CredentialState, now: number, expected: object])[] = [
    [{ kind: 'none' }, 0, { state: 'none' }],
    [{ kind: 'fetching' }, 0, { state: 'fetching' }],
    [{ kind: 'fetching', last: held }, 0, { state: 'fetching', ...facts }],
    [{ kind: 'held', credential: held }, held.fetchedAt, { state: 'ready', ...facts }],
    [{ kind: 'held', credential: held }, held.expiresAt - 1, { state: 'expiring', ...facts }],
    [{ kind: 'held', credential: held }, held.expiresAt, { state: 'expired', ...facts }],
    [failed, 0, { state: 'failed' }],
    [{ ...failed, last: held }, 0, { state: 'failed', ...facts }],
  ];
  for (const [state, now, expected] of cases) {
    it(JSON.stringify(expected), () => {
      assert.deepEqual(statusOf(account, state, now), { regionId: 'cn-hangzhou', ...expected });
    });
  }

  it('nothing but that nobody is signed in', () => {
    const state: CredentialState = { kind: 'held', credential: held };
    assert.deepEqual(statusOf(undefined, state, 0), { state: 'signedOut' });
  });
});

describe('what other extensions are told of uploads', () => {
  const result: UploadResult = {
    ...{ bucket: held.bucket, key: `${held.keyPrefix}/a.jar`, size: 3, etag: 'e', crc64: 7n },
    ...{ verified: true, requestId: 'r', sentBytes: 2 },
  };
  const base = { id: '1', accountId: 'x', sourceUri: 'file:///a.jar', name: 'a.jar', since: 0 };
  const running: Transfer = { ...base, key: result.key, state: 'running' };
  const done: Transfer = { ...base, key: result.key, state: 'done', result };

  const told = (...transfers: readonly (Transfer | undefined)[]): readonly UploadedObject[] => {
    const changes = new Emitter<TransferChange>();
    const objects: UploadedObject[] = [];
    watchUploads(
      { onDidChange: changes.event },
      {
        oss: { objectUrl: (_target, key) => `https://public/${key}` },
        credential: () => held,
        uploaded: (object) => objects.push(object),
      },
    );
    for (const transfer of transfers) {
      changes.fire({ id: '1', ...(transfer && { transfer }) });
    }
    return objects;
  };

  it('one that ends here, once, with where it is', () => {
    const [object, ...more] = told(running, running, done, done);
    assert.deepEqual(more, []);
    assert.deepEqual(object, {
      ...{ fileName: 'a.jar', bucket: held.bucket, key: result.key, size: 3, crc64: '7' },
      ...{ sentBytes: 2, verified: true },
      url: `https://public/${result.key}`,
      internalUrl: `${held.endpoints.internal.replace('//', `//${held.bucket}.`)}/${result.key}`,
    });
  });

  for (const [what, transfers] of [
    ['one that ended in an earlier window', [done]],
    ['one that failed', [running, { ...running, state: 'failed' }, done]],
    ['one that left the list', [running, undefined, done]],
    ['one of another account’s bucket', [running, { ...done, result: { ...result, bucket: 'x' } }]],
  ] as readonly (readonly [string, readonly (Transfer | undefined)[]])[]) {
    it(`nothing of ${what}`, () => assert.deepEqual(told(...transfers), []));
  }
});
