import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { ChangeOrder } from '../../../../src/core/alibaba/edas/changeOrder';
import { CodedError, type ErrorCode } from '../../../../src/core/errors/catalogue';
import { DeploymentFollower } from '../../../../src/core/deploy/follower';
import { isEnded, isFollowed, type Deployment } from '../../../../src/core/deploy';
import type { DeploymentState } from '../../../../src/core/deploy/types';
import { realTiming } from '../../../../src/core/util/timing';

const started: Deployment = {
  id: 'one',
  accountId: 'account-1',
  application: { id: 'app-1', name: 'orders', clusterKind: 'ecs' },
  changeOrderId: 'order-1',
  kind: 'deploy',
  state: 'running',
  isOwn: true,
  startedAt: 0,
};

const minute = 60_000;

class Fixture {
  time = 0;
  orders = 1;
  readonly seen: Deployment[] = [];
  readonly follower = new DeploymentFollower(started, {
    clock: () => 1_000_000 + this.time,
    timing: { now: () => this.time, random: () => 0, wait: () => Promise.resolve() },
    read: () => new Promise(() => undefined),
    orders: () => this.orders,
    limitMs: () => 30 * minute,
    onChange: (deployment) => this.seen.push(deployment),
  });

  /** Advances the time, then passes an order with this status to the follower. */
  read(status: number, afterMs = 4_000): Deployment {
    this.time += afterMs;
    this.follower.accept({ id: 'order-1', status, pipelines: [] });
    return this.follower.deployment;
  }

  fail(error: unknown, afterMs = 4_000): Deployment {
    this.time += afterMs;
    this.follower.fail(error);
    return this.follower.deployment;
  }
}

describe('DeploymentFollower', () => {
  type StatusRow = [status: number, state: DeploymentState, isFinal: boolean, error?: ErrorCode];
  const statuses: StatusRow[] = [
    [0, 'running', false],
    [1, 'running', false],
    [2, 'succeeded', true],
    [3, 'failed', true, 'deploy.failed'],
    [4, 'running', false],
    [5, 'running', false],
    [6, 'aborted', true, 'deploy.aborted'],
    [7, 'partial', true, 'deploy.partial'],
    [8, 'waitingForConfirmation', false],
    [9, 'waitingForNextBatch', false],
    [10, 'failed', true, 'deploy.systemFault'],
    [11, 'running', false],
    [-1, 'running', false],
    [200, 'running', false],
  ];
  for (const [status, state, isFinal, error] of statuses) {
    it(`maps status ${status} to ${state} and ${isFinal ? 'stops' : 'continues'}`, () => {
      const fixture = new Fixture();
      const deployment = fixture.read(status);
      assert.equal(deployment.state, state);
      assert.equal(deployment.order?.status, status);
      assert.equal(isEnded(deployment), isFinal);
      assert.equal(isFollowed(deployment), !isFinal);
      assert.equal(fixture.follower.isDone, isFinal);
      assert.equal(deployment.error?.code, error);
      assert.equal(deployment.endedAt, isFinal ? 1_004_000 : undefined);
      assert.equal(fixture.seen.at(-1), deployment);
    });
  }

  it('continues after every status that is not final', () => {
    const fixture = new Fixture();
    for (let status = -3; status < 300; status++) {
      const isFinal = [2, 3, 6, 7, 10].includes(status);
      if (!isFinal) {
        assert.equal(isFollowed(fixture.read(status, 1)), true, `status ${status}`);
      }
    }
  });

  const tolerated: [string, CodedError][] = [
    ['a failed name resolution', new CodedError('network.nameNotResolved')],
    ['a connection reset', new CodedError('network.reset')],
    ['a response timeout', new CodedError('network.stalled')],
    ['an untrusted certificate', new CodedError('network.tls')],
    ['a proxy that requires a login', new CodedError('network.proxyLogin')],
    ['a response that is not from EDAS', new CodedError('response.notUnderstood')],
    ['a redirect', new CodedError('response.redirected')],
    ['throttling', new CodedError('edas.throttled')],
    ['a 5xx response', new CodedError('edas.serverFault')],
    ['a malformed response', new CodedError('edas.responseMalformed')],
    ['a clock skew error', new CodedError('edas.clockSkewed')],
  ];
  for (const [description, error] of tolerated) {
    it(`continues after ${description}, and reports it until the next successful read`, () => {
      const fixture = new Fixture();
      fixture.read(1);
      const deployment = fixture.fail(error);
      assert.equal(isFollowed(deployment), true);
      assert.equal(deployment.problem, error);
      assert.equal(deployment.error, undefined);
      assert.equal(fixture.read(1).problem, undefined);
    });
  }

  const finalErrors: ErrorCode[] = [
    'edas.noPermission',
    'edas.unknownAccessKey',
    'edas.accessKeyDisabled',
    'edas.wrongSecret',
    'edas.tokenExpired',
    'edas.tokenInvalid',
    'edas.notOffered',
    'account.signedOut',
    'account.keysGone',
    'keys.fileNotFound',
    'sts.noPermission',
    'endpoint.insecure',
  ];
  for (const code of finalErrors) {
    it(`stops following after ${code} with deploy.notFollowed`, () => {
      const fixture = new Fixture();
      const cause = new CodedError(code, { requestId: 'R-1' });
      const deployment = fixture.fail(cause);
      assert.equal(deployment.state, 'unfollowed');
      assert.equal(deployment.error?.code, 'deploy.notFollowed');
      assert.equal(deployment.error.facts.requestId, 'R-1');
      assert.equal(deployment.error.cause, cause);
    });
  }

  it('stops following after an unexpected error', () => {
    const deployment = new Fixture().fail(new TypeError('a bug'));
    assert.equal(deployment.error?.code, 'deploy.notFollowed');
  });

  it('tolerates three rejections in a row, because EDAS may not know a new change order yet', () => {
    const fixture = new Fixture();
    const rejection = new CodedError('edas.rejected');
    for (let round = 0; round < 3; round++) {
      assert.equal(isFollowed(fixture.fail(rejection)), true);
    }
    fixture.read(1);
    for (let round = 0; round < 3; round++) {
      assert.equal(isFollowed(fixture.fail(rejection)), true);
    }
    assert.equal(fixture.fail(rejection).error?.code, 'deploy.notFollowed');
  });

  it('stops following at the time limit with deploy.timedOut', () => {
    const fixture = new Fixture();
    for (let minutes = 1; minutes < 30; minutes++) {
      assert.equal(isFollowed(fixture.read(1, minute)), true);
    }
    const deployment = fixture.read(1, minute);
    assert.equal(deployment.state, 'unfollowed');
    assert.equal(deployment.error?.code, 'deploy.timedOut');
  });

  it('reports a final status that is read after the time limit', () => {
    const fixture = new Fixture();
    for (let minutes = 1; minutes < 30; minutes++) {
      fixture.read(1, minute);
    }
    assert.equal(fixture.read(2, 5 * minute).state, 'succeeded');
  });

  it('stops following at the time limit while all reads fail', () => {
    const fixture = new Fixture();
    const error = new CodedError('network.unreachable');
    let minutes = 0;
    while (isFollowed(fixture.fail(error, minute))) {
      minutes += 1;
    }
    assert.equal(minutes, 29);
    assert.equal(fixture.follower.deployment.error?.code, 'deploy.timedOut');
  });

  it('does not count the wait for a confirmation against the time limit', () => {
    const fixture = new Fixture();
    fixture.read(1, 10 * minute);
    for (let hour = 0; hour < 48; hour++) {
      assert.equal(isFollowed(fixture.read(8, 60 * minute)), true);
    }
    assert.equal(fixture.read(1, minute).state, 'running');
  });

  it('does not count the sleep of the computer against the time limit', () => {
    const fixture = new Fixture();
    fixture.read(1);
    assert.equal(fixture.read(1, 12 * 60 * minute).state, 'running');
  });

  it('reads every 3 to 5 s, and backs off to 15 s while reads fail', () => {
    const fixture = new Fixture();
    fixture.read(1);
    assert.equal(fixture.follower.intervalMs(0), 3_000);
    assert.equal(fixture.follower.intervalMs(0.999), 4_998);
    const intervals = [1, 2, 3, 4].map(() => {
      fixture.fail(new CodedError('edas.throttled'));
      return fixture.follower.intervalMs(0);
    });
    assert.deepEqual(intervals, [6_000, 12_000, 15_000, 15_000]);
    fixture.read(1);
    assert.equal(fixture.follower.intervalMs(0), 3_000);
  });

  it('reads less often the more change orders of the account are followed', () => {
    const fixture = new Fixture();
    fixture.read(1);
    fixture.orders = 6;
    assert.equal(fixture.follower.intervalMs(0), 9_000);
  });

  it('reads every 15 s while the change order waits for a confirmation', () => {
    const fixture = new Fixture();
    fixture.read(8);
    assert.equal(fixture.follower.intervalMs(0), 15_000);
  });

  it('reads again without a wait when the order was changed while it was being read', async () => {
    const reads: ((order: ChangeOrder) => void)[] = [];
    let waits = 0;
    const follower = new DeploymentFollower(started, {
      clock: Date.now,
      timing: {
        ...realTiming,
        wait: (_ms, signal) => {
          waits += 1;
          return realTiming.wait(3_600_000, signal);
        },
      },
      read: () => new Promise((resolve) => reads.push(resolve)),
      orders: () => 1,
      limitMs: () => 30 * minute,
      onChange: () => undefined,
    });
    const done = follower.run();
    follower.readSoon();
    reads[0]!({ id: 'order-1', status: 8, pipelines: [] });
    await setImmediate();
    await setImmediate();
    assert.equal(
      follower.deployment.state,
      'waitingForConfirmation',
      'as it was before the change',
    );
    assert.equal(reads.length, 2);
    reads[1]!({ id: 'order-1', status: 1, pipelines: [] });
    await setImmediate();
    await setImmediate();
    assert.equal(reads.length, 2, 'later reads wait again');
    assert.ok(waits > 0);
    follower.stop();
    await done;
  });

  it('waits for the retry delay that EDAS requests, up to a minute', () => {
    const fixture = new Fixture();
    fixture.fail(new CodedError('edas.throttled', { retryAfterMs: 40_000 }));
    assert.equal(fixture.follower.intervalMs(0), 40_000);
    fixture.fail(new CodedError('edas.throttled', { retryAfterMs: 3_600_000 }));
    assert.equal(fixture.follower.intervalMs(0), 60_000);
  });
});
