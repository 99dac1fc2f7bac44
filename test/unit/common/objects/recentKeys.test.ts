import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import type { Transfer } from '../../../../src/core/transfer/manager';
import { recentKeys } from '../../../../src/common/objects/recentKeys';

const location = { bucket: 'b', keyPrefix: 'p/1' };
const done = (key: string, bucket = 'b'): Transfer => ({
  id: key,
  accountId: 'x',
  sourceUri: 'file:///a',
  name: 'a',
  since: 0,
  state: 'done',
  key,
  result: {
    bucket,
    key,
    size: 1,
    etag: 'e',
    crc64: 1n,
    verified: true,
    requestId: 'r',
    sentBytes: 1,
  },
});

describe('Recent object keys offered for copying', () => {
  it('are those of existing objects below the package prefix, without duplicates', () => {
    const running = { ...done('p/1/c'), result: undefined };
    const transfers = [
      ...[done('p/1/b'), done('p/1/a'), done('p/1/b'), done('p/12/x'), done('p/1/y', 'other')],
      { ...running, state: 'running' as const },
      { ...running, state: 'failed' as const, error: new CodedError('network.refused') },
      { ...running, key: 'p/1/d', error: new CodedError('oss.objectExists') },
    ];
    assert.deepEqual(recentKeys(transfers, location), ['p/1/b', 'p/1/a', 'p/1/d']);
  });

  it('are limited to 20', () => {
    const many = Array.from({ length: 50 }, (_, n) => done(`p/1/${n}`));
    assert.equal(recentKeys(many, location).length, 20);
  });
});
