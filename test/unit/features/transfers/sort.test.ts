import assert from 'node:assert/strict';
import type { Transfer } from '../../../../src/core/transfer/manager';
import { isFinished } from '../../../../src/core/transfer/transferState';
import { sortTransfers } from '../../../../src/features/transfers/sort';

function transfer(
  id: string,
  state: Transfer['state'],
  since: number,
  isSending = false,
): Transfer {
  const about = { accountId: 'a1', sourceUri: `file:///${id}`, name: id, key: `p/${id}` };
  const progress = { sentBytes: 0, acknowledgedBytes: 0, totalBytes: 1, stage: 'sending' } as const;
  return { id, ...about, state, since, ...(isSending && { progress }) };
}

describe('Order of transfers', () => {
  const all = [
    transfer('failed', 'failed', 2),
    transfer('cancelled', 'cancelled', 3),
    transfer('interrupted old', 'interrupted', 1),
    transfer('interrupted', 'interrupted', 8),
    transfer('waiting', 'running', 9),
    transfer('done', 'done', 9),
    transfer('otherWindow', 'otherWindow', 7),
    transfer('running', 'running', 4, true),
    transfer('running newer', 'running', 5, true),
  ];

  it('is running, queued, other window, interrupted, finished, and newest first in each', () => {
    assert.deepEqual(
      sortTransfers(all).map(({ id }) => id),
      [
        ...['running newer', 'running', 'waiting', 'otherWindow', 'interrupted', 'interrupted old'],
        ...['done', 'cancelled', 'failed'],
      ],
    );
  });

  it('has the transfers that can be cleared at its end', () => {
    assert.deepEqual(
      sortTransfers(all)
        .filter(isFinished)
        .map(({ id }) => id),
      ['done', 'cancelled', 'failed'],
    );
  });
});
