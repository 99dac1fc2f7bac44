import assert from 'node:assert/strict';
import { BatchProgress } from '../../../../src/common/messages/batchProgress';
import type { TransferProgress } from '../../../../src/core/transfer/types';

const MB = 1024 * 1024;

describe('BatchProgress', () => {
  const start = (sizes: Record<string, number>): BatchProgress =>
    new BatchProgress(new Map(Object.entries(sizes)));
  const sent = (
    sentBytes: number,
    totalBytes: number,
    more: Partial<TransferProgress> = {},
  ): TransferProgress => ({
    sentBytes,
    totalBytes,
    acknowledgedBytes: 0,
    stage: 'sending',
    ...more,
  });

  it('shows bytes, speed and remaining time of one file', () => {
    const progress = start({ a: 12 * MB });
    assert.equal(progress.text(), '0 B of 12.0 MB');
    progress.update('a', sent(2 * MB, 12 * MB, { bytesPerSecond: 2 * MB }));
    assert.equal(progress.text(), '2.0 MB of 12.0 MB, 2.0 MB/s, 5 s left');
    progress.update('a', sent(12 * MB, 12 * MB));
    assert.equal(progress.text(), '12.0 MB of 12.0 MB, finishing');
  });

  it('sums bytes and speed over all files', () => {
    const progress = start({ a: 1 * MB, b: 3 * MB, c: 2 * MB });
    progress.finish('a');
    assert.match(progress.text(), /^1 of 3 files, 1\.0 MB of 6\.0 MB/);
    progress.update('b', sent(1 * MB, 3 * MB, { bytesPerSecond: MB }));
    progress.update('c', sent(1 * MB, 2 * MB, { bytesPerSecond: MB }));
    assert.match(progress.text(), /3\.0 MB of 6\.0 MB, 2\.0 MB\/s/);
    assert.equal(progress.takeIncrement(), 50);
    assert.equal(progress.takeIncrement(), 0);
  });

  it('never decreases when a transfer reports fewer bytes than before', () => {
    const progress = start({ a: 10 * MB });
    progress.update('a', sent(8 * MB, 10 * MB));
    assert.equal(progress.takeIncrement(), 80);
    progress.update('a', sent(2 * MB, 10 * MB));
    assert.equal(progress.takeIncrement(), 0);
    assert.match(progress.text(), /^8\.0 MB of 10\.0 MB/);
  });

  it('shows that it is waiting for the network while a transfer is paused', () => {
    const progress = start({ a: 4 * MB });
    progress.update('a', sent(MB, 4 * MB, { stage: 'paused' }));
    assert.equal(progress.text(), '1.0 MB of 4.0 MB, waiting for the network');
    progress.update('a', sent(MB, 4 * MB));
    assert.equal(progress.text(), '1.0 MB of 4.0 MB');
  });

  it('shows packing progress of a ZIP until sending starts, then its real size', () => {
    const progress = start({ 'a.zip': 0 });
    progress.setPacked('a.zip', MB, 30 * MB);
    assert.equal(progress.text(), 'packing 1.0 MB of 30.0 MB');
    assert.equal(progress.takeIncrement(), 0);
    progress.update('a.zip', sent(0, 0, { stage: 'preparing' }));
    assert.match(progress.text(), /^packing/);
    progress.update('a.zip', sent(0, 10 * MB));
    assert.equal(progress.text(), '0 B of 10.0 MB');
    progress.update('a.zip', sent(5 * MB, 10 * MB));
    assert.equal(progress.takeIncrement(), 50);
  });

  it('does not count removed files, and handles a total of 0 bytes', () => {
    const progress = start({ a: 4 * MB, b: 0 });
    progress.remove('a');
    assert.equal(progress.takeIncrement(), 0);
    assert.equal(progress.text(), '0 B of 0 B, finishing');
    progress.finish('b');
    assert.equal(progress.text(), '0 B of 0 B');
  });
});
