import assert from 'node:assert/strict';
import type { UploadedObject } from '../../../../src/api';
import { Emitter } from '../../../../src/core/util/emitter';
import type { Transfer, TransferChange, UploadResult } from '../../../../src/core/transfer/manager';
import { watchUploads } from '../../../../src/features/api/watchUploads';
import { credential } from '../../support/credential';

const issued = credential();

describe('Upload events for other extensions', () => {
  const result: UploadResult = {
    bucket: issued.bucket,
    key: `${issued.keyPrefix}/a.jar`,
    size: 3,
    etag: 'e',
    crc64: 7n,
    verified: true,
    requestId: 'r',
    sentBytes: 2,
  };
  const base = { id: '1', accountId: 'x', sourceUri: 'file:///a.jar', name: 'a.jar', since: 0 };
  const running: Transfer = { ...base, key: result.key, state: 'running' };
  const done: Transfer = { ...base, key: result.key, state: 'done', result };

  const eventsFor = (
    ...transfers: readonly (Transfer | undefined)[]
  ): readonly UploadedObject[] => {
    const changes = new Emitter<TransferChange>();
    const objects: UploadedObject[] = [];
    watchUploads(
      { onDidChange: changes.event },
      {
        oss: { objectUrl: (_target, key) => `https://public/${key}` },
        credential: () => issued,
        uploaded: (object) => objects.push(object),
      },
    );
    for (const transfer of transfers) {
      changes.fire({ id: '1', ...(transfer && { transfer }) });
    }
    return objects;
  };

  it('report an upload of this window once, with its location', () => {
    const [object, ...more] = eventsFor(running, running, done, done);
    assert.deepEqual(more, []);
    assert.deepEqual(object, {
      fileName: 'a.jar',
      bucket: issued.bucket,
      key: result.key,
      size: 3,
      crc64: '7',
      sentBytes: 2,
      verified: true,
      url: `https://public/${result.key}`,
      internalUrl: `${issued.endpoints.internal.replace('//', `//${issued.bucket}.`)}/${result.key}`,
    });
  });

  for (const [situation, transfers] of [
    ['an upload that was done before', [done]],
    ['a failed upload', [running, { ...running, state: 'failed' }, done]],
    ['a transfer that was removed', [running, undefined, done]],
    [
      'an upload to the bucket of another account',
      [running, { ...done, result: { ...result, bucket: 'x' } }],
    ],
  ] as readonly (readonly [string, readonly (Transfer | undefined)[]])[]) {
    it(`do not report ${situation}`, () => assert.deepEqual(eventsFor(...transfers), []));
  }
});
