import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/core/util/emitter';
import type { Transfer, TransferChange } from '../../../../src/core/transfer/manager';
import { onUploaded } from '../../../../src/common/upload/uploadedEvents';

describe('onUploaded', () => {
  let changed: Emitter<TransferChange>;
  let uploaded: string[];

  beforeEach(() => {
    changed = new Emitter();
    uploaded = [];
  });

  const follow = (states?: readonly Transfer['state'][]): void => {
    onUploaded({ onDidChange: changed.event }, ({ key }) => uploaded.push(key), states);
  };
  const put = (id: string, state: Transfer['state']): void => {
    const about = { accountId: 'a', sourceUri: 'file:///x', name: id, key: `p/${id}`, since: 0 };
    changed.fire({ id, transfer: { id, state, ...about } });
  };

  it('reports each upload once, and those of other windows only if the caller wants them', () => {
    follow();
    follow(['running', 'otherWindow']);
    put('a', 'running');
    put('b', 'otherWindow');
    put('a', 'done');
    put('b', 'done');
    put('a', 'done');
    assert.deepEqual(uploaded, ['p/a', 'p/a', 'p/b']);
  });

  it('does not report transfers that were done before, failed or were removed', () => {
    follow();
    put('old', 'done');
    put('a', 'running');
    put('a', 'failed');
    put('b', 'running');
    changed.fire({ id: 'b' });
    put('b', 'done');
    put('a', 'done');
    assert.deepEqual(uploaded, []);
  });
});
