import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors';
import type { CredentialState } from '../../../../src/core/session/session';
import { Emitter } from '../../../../src/core/emitter';
import { silentLog } from '../../../../src/core/log';
import { ServerClock } from '../../../../src/core/clock';
import { KeepFresh } from '../../../../src/features/credential/keepFresh';
import { credential } from '../../support/credential';
import { HeldTime } from '../../support/heldTime';

const minute = 60_000;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('KeepFresh', () => {
  let time: HeldTime;
  let keepFresh: KeepFresh;
  /** When EDAS was asked, minutes. */
  let asked: number[];
  let failure: Error | undefined;
  let state: CredentialState;
  const changed = new Emitter<CredentialState>();

  beforeEach(() => {
    time = new HeldTime();
    asked = [];
    failure = undefined;
    state = held();
    const session = {
      clock: new ServerClock(time.now),
      onDidChange: changed.event,
      get state() {
        return state;
      },
      fetch: () => {
        asked.push(time.at / minute);
        if (failure !== undefined) {
          return Promise.reject(failure);
        }
        const next = held();
        become(next);
        return Promise.resolve(next.credential);
      },
    };
    keepFresh = new KeepFresh(session, silentLog, time.start);
  });
  afterEach(() => keepFresh.dispose());

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
    keepFresh.want(true);
    await pass(54);
    assert.deepEqual(asked, []);
    await pass(3);
    assert.equal(asked.length, 1);
    await pass(54);
    assert.equal(asked.length, 2);
    assert.ok(asked[0]! >= 55 && asked[0]! < 56, String(asked));
  });

  it('does nothing, and has no timer, when nobody wants it', async () => {
    assert.equal(time.timers.size, 0);
    await pass(120);
    keepFresh.want(true);
    keepFresh.want(false);
    assert.equal(time.timers.size, 0);
    assert.deepEqual(asked, []);
  });

  it('renews what expired meanwhile as soon as it is wanted again', async () => {
    await pass(90);
    keepFresh.want(true);
    await pass(1);
    assert.equal(asked.length, 1);
  });

  it('has nothing to keep when nothing was fetched, or nobody is signed in', async () => {
    keepFresh.want(true);
    become({ kind: 'none' });
    assert.equal(time.timers.size, 0);
    await pass(120);
    assert.deepEqual(asked, []);
  });

  it('leaves EDAS in peace for a minute after a failure', async () => {
    keepFresh.want(true);
    failure = new CodedError('network.refused');
    become({ kind: 'failed', error: failure, asked: false, last: held().credential });
    await pass(60);
    const gaps = asked.slice(1).map((at, index) => at - asked[index]!);
    assert.ok(asked.length >= 3 && gaps.every((gap) => gap >= 1), String(asked));
  });

  it('notices the end after the computer has slept', async () => {
    keepFresh.want(true);
    time.sleep(8 * 60 * minute);
    await pass(2);
    assert.equal(asked.length, 1);
  });

  it('ends with its last timer', () => {
    keepFresh.want(true);
    keepFresh.dispose();
    assert.equal(time.timers.size, 0);
  });
});
