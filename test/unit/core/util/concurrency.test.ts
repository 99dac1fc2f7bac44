import assert from 'node:assert/strict';
import { forEachLimit } from '../../../../src/core/util/concurrency';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('forEachLimit', () => {
  it('processes each item once, in order, and never more than the limit at a time', async () => {
    const started: number[] = [];
    let [running, most] = [0, 0];
    await forEachLimit([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      started.push(item);
      most = Math.max(most, (running += 1));
      await tick();
      running -= 1;
    });
    assert.deepEqual(started, [1, 2, 3, 4, 5, 6, 7]);
    assert.equal(most, 3);
  });

  it('aborts running items after a failure, waits for them and rejects with the first error', async () => {
    const started: number[] = [];
    let hasEnded = false;
    const result = forEachLimit([1, 2, 3, 4], 2, async (item, signal) => {
      started.push(item);
      if (item === 1) {
        await tick();
        throw new Error('first');
      }
      while (!signal.aborted) {
        await tick();
      }
      await tick();
      hasEnded = true;
      throw new Error('second');
    });
    await assert.rejects(result, /first/);
    assert.ok(hasEnded);
    assert.deepEqual(started, [1, 2]);
  });

  it('stops and rejects when the work throws synchronously', async () => {
    const started: number[] = [];
    const work = (item: number): Promise<void> => {
      started.push(item);
      throw new Error(`at ${item}`);
    };
    await assert.rejects(forEachLimit([1, 2, 3], 2, work), /at 1/);
    assert.deepEqual(started, [1]);
  });

  it('stops when aborted even if the work ignores it, and starts nothing if already aborted', async () => {
    const stop = new AbortController();
    const started: number[] = [];
    const result = forEachLimit(
      [1, 2, 3],
      1,
      async (item) => {
        started.push(item);
        await tick();
        stop.abort();
      },
      stop.signal,
    );
    await assert.rejects(result, { name: 'AbortError' });
    assert.deepEqual(started, [1]);
    await assert.rejects(
      forEachLimit([1], 1, () => assert.fail('started'), stop.signal),
      { name: 'AbortError' },
    );
  });

  it('accepts an empty list', async () => {
    await forEachLimit([], 4, () => assert.fail('started'));
  });
});
