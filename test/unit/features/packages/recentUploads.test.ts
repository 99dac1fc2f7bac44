import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/core/util/emitter';
import type { Transfer, TransferChange } from '../../../../src/core/transfer/manager';
import { RecentUploads } from '../../../../src/features/packages/recentUploads';
import type { TransferServices } from '../../../../src/common/transferServices';

describe('Recent uploads', () => {
  let made: Emitter<TransferServices>;
  let changed: Emitter<TransferChange>;
  let told: (readonly string[])[];
  let next: () => Promise<void>;
  let uploads: RecentUploads;
  beforeEach(() => {
    made = new Emitter();
    changed = new Emitter();
    told = [];
    let wake: () => void = () => undefined;
    next = () => new Promise((resolve) => (wake = resolve));
    uploads = new RecentUploads({ onDidCreate: made.event }, (keys) => {
      told.push(keys);
      wake();
    });
    made.fire({ manager: { onDidChange: changed.event } } as unknown as TransferServices);
  });
  afterEach(() => uploads.dispose());

  const put = (id: string, state: Transfer['state']): void => {
    const about = { accountId: 'a', sourceUri: 'file:///x', name: id, key: `p/${id}`, since: 0 };
    changed.fire({ id, transfer: { id, state, ...about } });
  };

  it('are told together, those of other windows too', async () => {
    const telling = next();
    put('a', 'running');
    put('b', 'otherWindow');
    put('a', 'done');
    put('b', 'done');
    await telling;
    assert.deepEqual(told, [['p/a', 'p/b']]);
  });

  it('are not those of long ago, and not those that came to nothing', async () => {
    put('old', 'done');
    put('a', 'running');
    put('a', 'failed');
    put('b', 'running');
    changed.fire({ id: 'b' });
    const telling = next();
    put('c', 'running');
    put('c', 'done');
    await telling;
    assert.deepEqual(told, [['p/c']]);
  });
});
