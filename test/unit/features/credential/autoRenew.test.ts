import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import type { CredentialState } from '../../../../src/core/credential/session';
import { Emitter } from '../../../../src/core/util/emitter';
import { silentLog } from '../../../../src/core/util/log';
import { ServerClock } from '../../../../src/core/util/clock';
import { AutoRenew } from '../../../../src/features/credential/autoRenew';
import { credential } from '../../support/credential';
import { HeldTime } from '../../support/heldTime';

const minute = 60_000;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('AutoRenew', () => {
  let time: HeldTime;
  let autoRenew: AutoRenew;
  /** When EDAS was asked, minutes. */
  let userInitiated: number[];
  let failure: Error | undefined;
  let state: CredentialState;
  const changed = new Emitter<CredentialState>();

  beforeEach(() => {
    time = new HeldTime();
    userInitiated = [];
    failure = undefined;
    state = held();
    const session = {
      clock: new ServerClock(time.now),
      onDidChange: changed.event,
      get state() {
        return state;
      },
      fetch: () => {
        userInitiated.push(time.at / minute);
        if (failure !== undefined) {
          return Promise.reject(failure);
        }
        const next = held();
        become(next);
        return Promise.resolve(next.credential);
      },
    };
    autoRenew = new AutoRenew(session, silentLog, time.start);
  });
  afterEach(() => autoRenew.dispose());

  const held = () => ({
    kind: 'held' as const,
    credential: credential({ fetchedAt: time.at, expiresAt: time.at + 60 * minute }),
  });
  const become = (next: CredentialState): void => {
    state = next;
    changed.fire(next);
  };
  const pass = async (minutes: number): Promise<void> => {
    for (let left = minutes; left > 0; left--) {
      time.pass(minute);
      await settled();
    }
  };

  it('renews five minutes before the end, and again', async () => {
    autoRenew.setEnabled(true);
    await pass(54);
    assert.deepEqual(userInitiated, []);
    await pass(3);
    assert.equal(userInitiated.length, 1);
    await pass(54);
    assert.equal(userInitiated.length, 2);
    assert.ok(userInitiated[0]! >= 55 && userInitiated[0]! < 56, String(userInitiated));
  });

  it('does nothing, and has no timer, when nobody wants it', async () => {
    assert.equal(time.timers.size, 0);
    await pass(120);
    autoRenew.setEnabled(true);
    autoRenew.setEnabled(false);
    assert.equal(time.timers.size, 0);
    assert.deepEqual(userInitiated, []);
  });

  it('renews what expired meanwhile as soon as it is wanted again', async () => {
    await pass(90);
    autoRenew.setEnabled(true);
    await pass(1);
    assert.equal(userInitiated.length, 1);
  });

  it('has nothing to keep when nothing was fetched, or nobody is signed in', async () => {
    autoRenew.setEnabled(true);
    become({ kind: 'none' });
    assert.equal(time.timers.size, 0);
    await pass(120);
    assert.deepEqual(userInitiated, []);
  });

  it('leaves EDAS in peace for a minute after a failure', async () => {
    autoRenew.setEnabled(true);
    failure = new CodedError('network.refused');
    become({ kind: 'failed', error: failure, userInitiated: false, last: held().credential });
    await pass(60);
    const gaps = userInitiated.slice(1).map((at, index) => at - userInitiated[index]!);
    assert.ok(userInitiated.length >= 3 && gaps.every((gap) => gap >= 1), String(userInitiated));
  });

  it('notices the end after the computer has slept', async () => {
    autoRenew.setEnabled(true);
    time.sleep(8 * 60 * minute);
    await pass(2);
    assert.equal(userInitiated.length, 1);
  });

  it('ends with its last timer', () => {
    autoRenew.setEnabled(true);
    autoRenew.dispose();
    assert.equal(time.timers.size, 0);
  });
});
