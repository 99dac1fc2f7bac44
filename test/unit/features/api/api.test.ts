import assert from 'node:assert/strict';
import type { UploadedObject } from '../../../../src/api';
import { Emitter } from '../../../../src/core/util/emitter';
import type { Transfer, TransferChange, UploadResult } from '../../../../src/core/transfer/manager';
import { watchUploads } from '../../../../src/features/api/watchUploads';
import { credential } from '../../support/credential';

const held = credential();

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
