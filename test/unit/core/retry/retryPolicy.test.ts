import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  CodedError,
  hasCode,
  type ErrorCode,
  type ErrorFacts,
} from '../../../../src/core/errors/catalogue';
import { ProbeOnReset } from '../../../../src/core/retry/probeOnReset';
import { backoffMs } from '../../../../src/core/retry/backoff';
import { WaitForNetwork } from '../../../../src/core/retry/waitForNetwork';
import { compose } from '../../../../src/core/retry/policy';
import { Retry } from '../../../../src/core/retry/retry';
import { RetryBudget } from '../../../../src/core/retry/retryBudget';
import { isAmbiguous, retryClass, type RetryClass } from '../../../../src/core/errors/classify';
import { failure } from '../../support/coded';
import { FakeTiming } from '../transfer/support/fakeTiming';

/** An action that fails the given number of times, and counts its runs. */
function failing(times: number, code: ErrorCode, facts: ErrorFacts = {}) {
  const action = {
    runs: 0,
    run: (): Promise<string> => {
      action.runs += 1;
      return action.runs <= times
        ? Promise.reject(new CodedError(code, facts))
        : Promise.resolve('done');
    },
  };
  return action;
}

describe('Retry classification', () => {
  const cases: readonly (readonly [ErrorCode, ErrorFacts, RetryClass])[] = [
    ['network.reset', {}, 'retry'],
    ['network.stalled', {}, 'retry'],
    ['network.refused', {}, 'waitForNetwork'],
    ['network.nameNotResolved', {}, 'waitForNetwork'],
    ['network.unreachable', {}, 'waitForNetwork'],
    ['network.blocked', {}, 'waitForNetwork'],
    ['network.noResources', {}, 'waitForNetwork'],
    ['response.noLength', { httpStatus: 200 }, 'fail'],
    ['network.tls', {}, 'fail'],
    ['network.proxyLogin', {}, 'fail'],
    ['network.proxyRefused', {}, 'waitForNetwork'],
    ['network.proxyRefused', { httpStatus: 403 }, 'fail'],
    ['network.proxyRefused', { httpStatus: 502 }, 'retry'],
    ['response.notUnderstood', { httpStatus: 200 }, 'retry'],
    ['response.notUnderstood', { httpStatus: 502 }, 'retry'],
    ['response.notUnderstood', { httpStatus: 403 }, 'fail'],
    ['response.redirected', { httpStatus: 302 }, 'fail'],
    ['oss.serverFault', { httpStatus: 500 }, 'retry'],
    ['oss.throttled', { httpStatus: 503 }, 'retry'],
    ['oss.bodyDamaged', { httpStatus: 400 }, 'retry'],
    ['oss.tokenExpired', { httpStatus: 403 }, 'retry'],
    ['oss.clockSkewed', { httpStatus: 403 }, 'retry'],
    ['oss.accessDenied', { httpStatus: 403 }, 'fail'],
    ['oss.signatureRejected', { httpStatus: 403 }, 'fail'],
    ['oss.noSuchBucket', { httpStatus: 404 }, 'fail'],
    ['oss.noSuchUpload', { httpStatus: 404 }, 'fail'],
    ['oss.objectExists', { httpStatus: 409 }, 'fail'],
    ['oss.entityTooLarge', { httpStatus: 400 }, 'fail'],
    ['oss.rejected', { httpStatus: 400, serverCode: 'InvalidArgument' }, 'fail'],
    ['edas.throttled', {}, 'retry'],
    ['edas.serverFault', {}, 'retry'],
    ['edas.wrongSecret', {}, 'fail'],
    ['transfer.crcMismatch', {}, 'retry'],
    ['transfer.sizeMismatch', {}, 'fail'],
    ['transfer.locationChanged', {}, 'fail'],
    ['source.changed', {}, 'fail'],
    ['account.signedOut', {}, 'fail'],
  ];
  for (const [code, facts, expected] of cases) {
    it(`classifies ${code} ${JSON.stringify(facts)} as ${expected}`, () =>
      assert.equal(retryClass(new CodedError(code, facts)), expected));
  }

  it('classifies programming errors and aborts as fail', () => {
    assert.equal(retryClass(new TypeError('bug')), 'fail');
    assert.equal(retryClass(new DOMException('aborted', 'AbortError')), 'fail');
  });

  it('treats an error as ambiguous unless it shows that the request was not processed', () => {
    assert.ok(isAmbiguous(new CodedError('network.reset')));
    assert.ok(isAmbiguous(new CodedError('oss.serverFault')));
    assert.ok(isAmbiguous(new CodedError('edas.serverFault')));
    assert.ok(isAmbiguous(new CodedError('network.unreachable')));
    assert.ok(isAmbiguous(new CodedError('network.proxyRefused', { httpStatus: 504 })));
    assert.ok(!isAmbiguous(new CodedError('network.proxyRefused', { httpStatus: 403 })));
    assert.ok(!isAmbiguous(new CodedError('network.proxyRefused')));
    assert.ok(!isAmbiguous(new CodedError('network.refused')));
    assert.ok(!isAmbiguous(new CodedError('oss.accessDenied')));
  });
});

describe('Retry', () => {
  const timing = (): FakeTiming => new FakeTiming(0.5);

  it('doubles the delay after each failed attempt', async () => {
    const clock = timing();
    const action = failing(7, 'oss.serverFault');
    assert.equal(await new Retry(clock, new RetryBudget()).run(action.run), 'done');
    assert.deepEqual(clock.waits, [100, 200, 400, 800, 1600, 3200, 6400]);
  });

  it('fails with the last error after eight attempts', async () => {
    const action = failing(99, 'network.reset');
    await failure(() => new Retry(timing(), new RetryBudget()).run(action.run), 'network.reset');
    assert.equal(action.runs, 8);
  });

  for (const [code, attempts] of [
    ['oss.tokenExpired', 3],
    ['transfer.crcMismatch', 3],
    ['oss.clockSkewed', 2],
    ['oss.accessDenied', 1],
    ['network.refused', 1],
  ] as const) {
    it(`limits the attempts after ${code} to ${attempts}`, async () => {
      const action = failing(99, code);
      await failure(() => new Retry(timing(), new RetryBudget()).run(action.run), code);
      assert.equal(action.runs, attempts);
    });
  }

  it('waits as long as Retry-After says, and fails when that is too long', async () => {
    const clock = timing();
    const action = failing(1, 'oss.throttled', { retryAfterMs: 3_000 });
    await new Retry(clock, new RetryBudget()).run(action.run);
    assert.deepEqual(clock.waits, [3_000]);
    const late = failing(1, 'oss.throttled', { retryAfterMs: 600_000 });
    await failure(() => new Retry(clock, new RetryBudget()).run(late.run), 'oss.throttled');
  });

  it('fails when the retry budget is used up, and retries again after a refill', async () => {
    const budget = new RetryBudget(3);
    const retry = new Retry(timing(), budget);
    const first = failing(2, 'network.reset');
    await retry.run(first.run);
    const second = failing(2, 'network.reset');
    await failure(() => retry.run(second.run), 'network.reset');
    assert.equal(second.runs, 2);
    budget.refill();
    const third = failing(2, 'network.reset');
    assert.equal(await retry.run(third.run), 'done');
  });

  it('stops waiting when aborted', async () => {
    const clock = timing();
    const stop = new AbortController();
    clock.onWait = () => stop.abort();
    const action = failing(9, 'network.reset');
    const running = new Retry(clock, new RetryBudget()).run(action.run, stop.signal);
    await assert.rejects(running, { name: 'AbortError' });
    assert.equal(action.runs, 1);
  });

  it('keeps each delay between zero and the ceiling, which doubles from 200 ms to 20 s', () => {
    const numbers = fc.record({
      failures: fc.integer({ min: 1, max: 40 }),
      chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(numbers, ({ failures, chance }) => {
        const ms = backoffMs({ baseMs: 200, capMs: 20_000 }, failures, new FakeTiming(chance));
        return ms >= 0 && ms < Math.min(20_000, 200 * 2 ** (failures - 1));
      }),
    );
  });
});

describe('WaitForNetwork', () => {
  it('retries without using the retry budget, and reports the pause', async () => {
    const timing = new FakeTiming();
    const pauses: boolean[] = [];
    const budget = new RetryBudget(0);
    const policy = compose(
      new WaitForNetwork({ timing, maxWaitMs: () => 60_000, onPause: (is) => pauses.push(is) }),
      new Retry(timing, budget),
    );
    assert.equal(await policy.run(failing(12, 'network.unreachable').run), 'done');
    assert.deepEqual(pauses, [true, false]);
    assert.ok(timing.waits.every((ms) => ms <= 5_000));
  });

  it('fails after the maximum wait, which may increase while it waits', async () => {
    const timing = new FakeTiming();
    let maxWaitMs = 1_000;
    const policy = new WaitForNetwork({ timing, maxWaitMs: () => maxWaitMs });
    await failure(() => policy.run(failing(99, 'network.refused').run), 'network.refused');
    assert.ok(timing.time < 3_000);
    timing.onWait = () => (maxWaitMs = 100_000);
    assert.equal(await policy.run(failing(20, 'network.refused').run), 'done');
  });

  it('stops waiting when aborted, and reports the end of the pause', async () => {
    const timing = new FakeTiming();
    const stop = new AbortController();
    const pauses: boolean[] = [];
    timing.onWait = () => stop.abort();
    const policy = new WaitForNetwork({
      timing,
      maxWaitMs: () => 60_000,
      onPause: (is) => pauses.push(is),
    });
    const running = policy.run(failing(9, 'network.refused').run, stop.signal);
    await assert.rejects(running, { name: 'AbortError' });
    assert.deepEqual(pauses, [true, false]);
  });
});

describe('ProbeOnReset', () => {
  const reset = () => Promise.reject(new CodedError('network.reset'));

  it('fails with the error of the probe, with the reset as its cause', async () => {
    const policy = new ProbeOnReset(() => Promise.reject(new CodedError('oss.accessDenied')));
    const error = await failure(() => policy.run(reset), 'oss.accessDenied');
    assert.ok(hasCode(error.cause, 'network.reset'));
  });

  it('fails with the reset when the probe succeeds or its error is transient', async () => {
    for (const probe of [
      () => Promise.resolve(),
      () => Promise.reject(new CodedError('oss.serverFault')),
      () => Promise.reject(new CodedError('network.reset')),
      () => Promise.reject(new CodedError('oss.bodyDamaged')),
    ]) {
      await failure(() => new ProbeOnReset(probe).run(reset), 'network.reset');
    }
  });

  it('probes only after a reset', async () => {
    const policy = new ProbeOnReset(() => assert.fail('The probe ran.'));
    await failure(() => policy.run(failing(1, 'oss.serverFault').run), 'oss.serverFault');
    assert.equal(await policy.run(failing(0, 'network.reset').run), 'done');
  });
});
