import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import type { CredentialState } from '../../../../src/core/credential/session';
import { Emitter } from '../../../../src/core/util/emitter';
import { silentLog } from '../../../../src/core/util/log';
import { ServerClock } from '../../../../src/core/util/clock';
import { AutoRenew } from '../../../../src/features/credential/autoRenew';
import { credential } from '../../support/credential';
import { FakeClock } from '../../support/fakeClock';

const minute = 60_000;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('AutoRenew', () => {
  let clock: FakeClock;
  let autoRenew: AutoRenew;
  /** Times of the requests to EDAS, in minutes. */
  let requestedAt: number[];
  let failure: Error | undefined;
  let state: CredentialState;
  const changed = new Emitter<CredentialState>();

  beforeEach(() => {
    clock = new FakeClock();
    requestedAt = [];
    failure = undefined;
    state = stateWithCredential();
    const session = {
      clock: new ServerClock(clock.now),
      onDidChange: changed.event,
      get state() {
        return state;
      },
      fetch: () => {
        requestedAt.push(clock.at / minute);
        if (failure !== undefined) {
          return Promise.reject(failure);
        }
        const next = stateWithCredential();
        setState(next);
        return Promise.resolve(next.credential);
      },
    };
    autoRenew = new AutoRenew(session, silentLog, clock.startTimer);
  });
  afterEach(() => autoRenew.dispose());

  const stateWithCredential = () => ({
    kind: 'held' as const,
    credential: credential({ fetchedAt: clock.at, expiresAt: clock.at + 60 * minute }),
  });
  const setState = (next: CredentialState): void => {
    state = next;
    changed.fire(next);
  };
  const advance = async (minutes: number): Promise<void> => {
    for (let left = minutes; left > 0; left--) {
      clock.advance(minute);
      await settled();
    }
  };

  it('renews five minutes before the expiry, each time', async () => {
    autoRenew.setEnabled(true);
    await advance(54);
    assert.deepEqual(requestedAt, []);
    await advance(3);
    assert.equal(requestedAt.length, 1);
    await advance(54);
    assert.equal(requestedAt.length, 2);
    assert.ok(requestedAt[0]! >= 55 && requestedAt[0]! < 56, String(requestedAt));
  });

  it('sends nothing and has no timer while it is disabled', async () => {
    assert.equal(clock.timers.size, 0);
    await advance(120);
    autoRenew.setEnabled(true);
    autoRenew.setEnabled(false);
    assert.equal(clock.timers.size, 0);
    assert.deepEqual(requestedAt, []);
  });

  it('renews a credential that expired while it was disabled', async () => {
    await advance(90);
    autoRenew.setEnabled(true);
    await advance(1);
    assert.equal(requestedAt.length, 1);
  });

  it('does nothing while there is no credential', async () => {
    autoRenew.setEnabled(true);
    setState({ kind: 'none' });
    assert.equal(clock.timers.size, 0);
    await advance(120);
    assert.deepEqual(requestedAt, []);
  });

  it('retries at most once a minute after a failure', async () => {
    autoRenew.setEnabled(true);
    failure = new CodedError('network.refused');
    setState({
      kind: 'failed',
      error: failure,
      userInitiated: false,
      last: stateWithCredential().credential,
    });
    await advance(60);
    const gaps = requestedAt.slice(1).map((at, index) => at - requestedAt[index]!);
    assert.ok(requestedAt.length >= 3 && gaps.every((gap) => gap >= 1), String(requestedAt));
  });

  it('renews an expired credential after the computer was asleep', async () => {
    autoRenew.setEnabled(true);
    clock.sleep(8 * 60 * minute);
    await advance(2);
    assert.equal(requestedAt.length, 1);
  });

  it('clears its timer on dispose', () => {
    autoRenew.setEnabled(true);
    autoRenew.dispose();
    assert.equal(clock.timers.size, 0);
  });
});
