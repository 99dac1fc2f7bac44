import assert from 'node:assert/strict';
import { SlotPool, type RequestSlot } from '../../../../src/core/transfer/lanes';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('The lanes of all transfers', () => {
  it('are never more than their cap, are used again, and are given in order', async () => {
    const lanes = new SlotPool(2);
    const used = new Set<RequestSlot>();
    const order: number[] = [];
    let busy = 0;
    const work = (number: number) =>
      lanes.run(async (lane) => {
        used.add(lane);
        order.push(number);
        busy += 1;
        assert.ok(busy <= 2);
        await tick();
        busy -= 1;
      });
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map(work));
    assert.deepEqual(order, [1, 2, 3, 4, 5, 6, 7]);
    assert.equal(used.size, 2);
  });

  it('are free again after a failure and after an abort in the queue', async () => {
    const lanes = new SlotPool(1);
    await assert.rejects(
      lanes.run(() => Promise.reject(new Error('failed'))),
      /failed/,
    );
    let free: () => void = () => undefined;
    const holding = lanes.run(() => new Promise<void>((resolve) => (free = resolve)));
    const stop = new AbortController();
    const waiting = lanes.run(() => assert.fail('ran'), stop.signal);
    const next = lanes.run(() => Promise.resolve('next'));
    stop.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    free();
    await holding;
    assert.equal(await next, 'next');
    await assert.rejects(
      lanes.run(() => assert.fail('ran'), AbortSignal.abort()),
      { name: 'AbortError' },
    );
    assert.equal(await lanes.run(() => Promise.resolve('last')), 'last');
  });

  it('hold the same memory from one use to the next', async () => {
    const lanes = new SlotPool(1);
    const blocks = await lanes.run((lane) => Promise.resolve(lane.blocks));
    const again = await lanes.run((lane) => Promise.resolve(lane.blocks));
    assert.equal(blocks[0], again[0]);
    assert.notEqual(blocks[0], blocks[1]);
  });
});
