import assert from 'node:assert/strict';
import type { TransferProgress } from '../../../../src/core/transfer/types';
import { progressText } from '../../../../src/common/messages/progressText';

const base = { sentBytes: 0, acknowledgedBytes: 0, totalBytes: 2048, stage: 'sending' } as const;

describe('Progress text of a task', () => {
  for (const [change, expected] of [
    [{}, '0 B of 2.0 KB (0%)'],
    [{ sentBytes: 2047 }, '2.0 KB of 2.0 KB (99%)'],
    [
      { sentBytes: 1024, bytesPerSecond: 1024, secondsLeft: 1 },
      '1.0 KB of 2.0 KB (50%), 1.0 KB/s, 1 s left',
    ],
    [
      { sentBytes: 1024, bytesPerSecond: 9, stage: 'paused' },
      '1.0 KB of 2.0 KB (50%), waiting for the network',
    ],
    [{ sentBytes: 2048, stage: 'completing' }, '2.0 KB of 2.0 KB (100%), finishing'],
    [{ totalBytes: 0, stage: 'preparing' }, 'preparing'],
    [{ totalBytes: 0 }, '0 B of 0 B (100%)'],
  ] as readonly (readonly [Partial<TransferProgress>, string])[]) {
    it(`is “${expected}” for ${JSON.stringify(change)}`, () =>
      assert.equal(progressText({ ...base, ...change }, true), expected));
  }
});
