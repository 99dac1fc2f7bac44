import assert from 'node:assert/strict';
import { SlotPool, type RequestSlot } from '../../../../../src/core/transfer/schedule/slots';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('SlotPool', () => {
  it('runs no more work at a time than it has slots, in order, and reuses the slots', async () => {
    const slots = new SlotPool(2);
    const used = new Set<RequestSlot>();
    const order: number[] = [];
    let busy = 0;
    const work = (number: number) =>
      slots.run(async (slot) => {
        used.add(slot);
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

  it('frees a slot after a failure, and removes aborted work from the queue', async () => {
    const slots = new SlotPool(1);
    await assert.rejects(
      slots.run(() => Promise.reject(new Error('failed'))),
      /failed/,
    );
    let finish: () => void = () => undefined;
    const holding = slots.run(() => new Promise<void>((resolve) => (finish = resolve)));
    const stop = new AbortController();
    const waiting = slots.run(() => assert.fail('ran'), stop.signal);
    const next = slots.run(() => Promise.resolve('next'));
    assert.ok(slots.hasWaiting);
    stop.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    finish();
    await holding;
    assert.equal(await next, 'next');
    assert.ok(!slots.hasWaiting);
    await assert.rejects(
      slots.run(() => assert.fail('ran'), AbortSignal.abort()),
      { name: 'AbortError' },
    );
    assert.equal(await slots.run(() => Promise.resolve('last')), 'last');
  });

  it('reuses the buffers of a slot', async () => {
    const slots = new SlotPool(1);
    const buffersOf = (slot: RequestSlot) => Promise.resolve([slot.buffer(0), slot.buffer(1)]);
    const first = await slots.run(buffersOf);
    const again = await slots.run(buffersOf);
    assert.equal(first[0], again[0]);
    assert.notEqual(first[0], first[1]);
  });
});
