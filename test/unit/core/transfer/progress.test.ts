import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProgressMeter, type TransferProgress } from '../../../../src/core/transfer/progress';

describe('ProgressMeter', () => {
  let time: number;
  let reports: TransferProgress[];
  let meter: ProgressMeter;
  beforeEach(() => {
    time = 0;
    reports = [];
    meter = new ProgressMeter(
      (progress) => reports.push(progress),
      () => time,
    );
  });

  it('never decreases, and reaches the total only when all bytes are acknowledged', () => {
    const step = fc.record({
      slot: fc.integer({ min: 0, max: 3 }),
      event: fc.constantFrom('sent', 'acknowledged', 'lost'),
      bytes: fc.integer({ min: 0, max: 400 }),
      elapsedMs: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const reported: TransferProgress[] = [];
        let now = 0;
        const testedMeter = new ProgressMeter(
          (progress) => reported.push(progress),
          () => now,
        );
        testedMeter.begin(1000);
        const slots = [0, 1, 2, 3].map(() => testedMeter.inFlight());
        let acknowledgedTotal = 0;
        for (const { slot, event, bytes, elapsedMs } of steps) {
          now += elapsedMs;
          const inFlight = slots[slot]!;
          if (event === 'lost') {
            inFlight.reset();
          } else if (event === 'acknowledged') {
            const acknowledged = Math.min(bytes, 1000 - acknowledgedTotal);
            acknowledgedTotal += acknowledged;
            inFlight.acknowledged(acknowledged);
          } else {
            inFlight.sent(bytes);
          }
        }
        testedMeter.finish();
        assert.equal(reported.at(-1)?.acknowledgedBytes, acknowledgedTotal);
        reported.forEach((progress, index) => {
          const before = reported[index - 1]?.sentBytes ?? 0;
          assert.ok(progress.sentBytes >= before && progress.sentBytes <= 1000);
          assert.ok(progress.sentBytes < 1000 || progress.acknowledgedBytes === 1000);
          assert.ok(progress.sentBytes >= progress.acknowledgedBytes);
        });
      }),
    );
  });

  it('reports at most five times a second, and once at the end', () => {
    meter.begin(10_000);
    const inFlight = meter.inFlight();
    for (time = 1; time <= 1_000; time++) {
      inFlight.sent(1);
    }
    assert.equal(reports.length, 1 + 5);
    inFlight.acknowledged(1_000);
    assert.equal(reports.length, 6);
    meter.finish();
    assert.equal(reports.at(-1)?.acknowledgedBytes, 1_000);
  });

  it('computes the speed over the last seconds, and the remaining time', () => {
    meter.begin(100_000);
    const inFlight = meter.inFlight();
    for (time = 200; time <= 10_000; time += 200) {
      inFlight.sent(time <= 5_000 ? 200 : 400);
    }
    const last = reports.at(-1)!;
    assert.ok(Math.abs(last.bytesPerSecond! - 2_000) < 1);
    assert.ok(Math.abs(last.secondsLeft! - (100_000 - last.sentBytes) / 2_000) < 0.1);
  });

  it('reports no speed at the start, and no remaining time while nothing is sent', () => {
    meter.begin(1_000);
    assert.equal(reports[0]?.bytesPerSecond, undefined);
    const inFlight = meter.inFlight();
    time = 1_000;
    inFlight.sent(100);
    for (time = 1_200; time < 9_000; time += 200) {
      inFlight.sent(0);
    }
    assert.equal(reports.at(-1)?.bytesPerSecond, 0);
    assert.equal(reports.at(-1)?.secondsLeft, undefined);
  });

  it('counts bytes of an earlier session as acknowledged, but not in the speed', () => {
    meter.begin(1_000, 900);
    time = 1_000;
    meter.finish();
    assert.deepEqual(reports.at(-1), {
      sentBytes: 900,
      acknowledgedBytes: 900,
      totalBytes: 1_000,
      bytesPerSecond: 0,
      secondsLeft: undefined,
      stage: 'sending',
    });
  });

  it('is paused until every slot that paused has resumed', () => {
    meter.begin(10);
    meter.setPaused(true);
    meter.setPaused(true);
    meter.setPaused(false);
    assert.equal(meter.progress.stage, 'paused');
    meter.setPaused(false);
    assert.equal(meter.progress.stage, 'sending');
    meter.setCompleting();
    assert.equal(meter.progress.stage, 'completing');
  });

  it('is no longer paused as soon as bytes are sent again, long before their request ends', () => {
    meter.begin(10);
    meter.setPaused(true);
    const request = meter.inFlight();
    request.sent(1);
    assert.equal(meter.progress.stage, 'sending');
    meter.setPaused(true);
    assert.equal(meter.progress.stage, 'paused');
    request.sent(1);
    meter.setPaused(false);
    assert.equal(meter.progress.stage, 'sending');
  });
});
