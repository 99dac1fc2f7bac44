import assert from 'node:assert/strict';
import type { Credential } from '../../../../src/core/alibaba/edas/credential';
import { CodedError, isAbort, hasCode } from '../../../../src/core/errors/catalogue';
import { CredentialSession } from '../../../../src/core/credential/session';
import { failure } from '../../support/coded';
import { settled, SessionFixture } from './stage';

const minute = 60_000;
const expired = (): CodedError => new CodedError('oss.tokenExpired');
const refused = (): CodedError => new CodedError('edas.noPermission');

function aborts(promise: Promise<unknown>): Promise<void> {
  return assert.rejects(promise, (error) => isAbort(error));
}

describe('credential session', () => {
  let stage: SessionFixture;
  beforeEach(() => (stage = new SessionFixture()));

  describe('fetches', () => {
    it('and tells each step', async () => {
      assert.deepEqual(stage.session.state, { kind: 'none' });
      const held = await stage.hold();
      assert.deepEqual(stage.kinds, ['fetching', 'held']);
      assert.deepEqual(stage.session.state, { kind: 'held', credential: held });
    });

    it('once for all who ask at a time, and anew for who asks later', async () => {
      const all = [
        stage.session.fetch(),
        stage.session.current(),
        stage.session.use((credential) => Promise.resolve(credential)),
        stage.session.fetch({ userInitiated: true }),
      ];
      assert.equal(stage.flights.length, 1);
      const credential = stage.fresh('one');
      stage.last.resolve(credential);
      for (const each of await Promise.all(all)) {
        assert.equal(each, credential);
      }
      void stage.session.fetch();
      assert.equal(stage.flights.length, 2);
    });

    it('and has settled its state before those who wait go on', async () => {
      const seen = stage.session.fetch().then(() => stage.session.state.kind);
      stage.last.resolve(stage.fresh('one'));
      assert.equal(await seen, 'held');
    });

    it('and keeps showing the last good one meanwhile and after a failure', async () => {
      const last = await stage.hold();
      const again = stage.session.fetch();
      assert.deepEqual(stage.session.state, { kind: 'fetching', last });
      const error = refused();
      stage.last.reject(error);
      await assert.rejects(again, error);
      assert.deepEqual(stage.session.state, { kind: 'failed', error, last, userInitiated: false });
      assert.equal(await stage.session.current(), last);
    });

    it('and fails with the reason, then tries anew', async () => {
      const first = stage.session.fetch();
      const error = refused();
      stage.last.reject(error);
      await assert.rejects(first, error);
      assert.deepEqual(stage.session.state, {
        kind: 'failed',
        error,
        last: undefined,
        userInitiated: false,
      });
      await stage.hold();
      assert.equal(stage.session.state.kind, 'held');
    });

    for (const userInitiated of [
      [false, true],
      [true, false],
    ]) {
      it(`and knows that a person asked when askers are [${userInitiated.join()}]`, async () => {
        const all = userInitiated.map((each) => stage.session.fetch({ userInitiated: each }));
        stage.last.reject(refused());
        await Promise.allSettled(all);
        assert.deepEqual(
          { ...stage.session.state, error: undefined },
          { kind: 'failed', userInitiated: true, error: undefined, last: undefined },
        );
      });
    }

    it('and takes a fetch that throws at once for one that fails', async () => {
      const error = refused();
      const session = new CredentialSession({
        fetch: () => {
          throw error;
        },
        clock: stage.session.clock,
      });
      await assert.rejects(session.fetch(), error);
      assert.equal(session.state.kind, 'failed');
    });
  });

  describe('when one who waits gives up', () => {
    it('lets the others have the answer', async () => {
      const cancelled = new AbortController();
      const one = stage.session.fetch({ signal: cancelled.signal });
      const two = stage.session.fetch();
      cancelled.abort();
      await aborts(one);
      assert.equal(stage.last.signal.aborted, false);
      const credential = stage.fresh('one');
      stage.last.resolve(credential);
      assert.equal(await two, credential);
    });

    it('and is the last one, aborts the request and goes back to what was', async () => {
      const held = await stage.hold();
      const [a, b] = [new AbortController(), new AbortController()];
      const one = stage.session.fetch({ signal: a.signal });
      const two = stage.session.fetch({ signal: b.signal });
      a.abort();
      b.abort(new Error('closed'));
      await aborts(one);
      await aborts(two);
      assert.equal(stage.last.signal.aborted, true);
      assert.deepEqual(stage.session.state, { kind: 'held', credential: held });
    });

    it('an answer that comes nevertheless is not taken', async () => {
      const cancelled = new AbortController();
      const one = stage.session.fetch({ signal: cancelled.signal });
      cancelled.abort();
      await aborts(one);
      stage.last.resolve(stage.fresh('late'));
      await settled();
      assert.deepEqual(stage.session.state, { kind: 'none' });
    });

    it('a new fetch starts a request of its own', async () => {
      const cancelled = new AbortController();
      const one = stage.session.fetch({ signal: cancelled.signal });
      const abandoned = stage.last;
      cancelled.abort();
      await aborts(one);
      const two = stage.session.fetch();
      abandoned.resolve(stage.fresh('late'));
      await settled();
      assert.equal(stage.session.state.kind, 'fetching');
      const credential = stage.fresh('two');
      stage.last.resolve(credential);
      assert.equal(await two, credential);
    });

    it('before it began, asks nobody', async () => {
      await aborts(stage.session.fetch({ signal: AbortSignal.abort() }));
      assert.equal(stage.flights.length, 0);
      assert.deepEqual(stage.states, []);
    });
  });

  describe('cancelling the fetch', () => {
    it('ends it for all who wait, and goes back to what was', async () => {
      const alone = new AbortController();
      const all = [
        stage.session.fetch({ userInitiated: true, signal: alone.signal }),
        stage.session.current(),
        stage.session.use((credential) => Promise.resolve(credential), alone.signal),
      ];
      stage.session.cancelFetch();
      assert.deepEqual(stage.kinds, ['fetching', 'none']);
      assert.equal(stage.last.signal.aborted, true);
      await Promise.all(all.map(aborts));
      alone.abort();
      stage.last.resolve(stage.fresh('late'));
      await settled();
      assert.deepEqual(stage.kinds, ['fetching', 'none']);
    });

    it('leaves the one that is begun next alone', async () => {
      const first = stage.session.fetch();
      stage.session.cancelFetch();
      const next = stage.session.fetch();
      await aborts(first);
      const credential = stage.fresh('next');
      stage.last.resolve(credential);
      assert.equal(await next, credential);
    });

    it('lets an action go on whose credential still lives, which does not ask again at once', async () => {
      const held = await stage.hold();
      stage.time += 57 * minute;
      const waiting = stage.session.current(new AbortController().signal);
      stage.session.cancelFetch();
      assert.equal(await waiting, held);
      assert.deepEqual(stage.session.state, { kind: 'held', credential: held });
      assert.equal(await stage.session.current(), held);
      assert.equal(stage.flights.length, 2);
    });

    it('ends an action whose credential has expired', async () => {
      await stage.hold();
      stage.time += 61 * minute;
      const waiting = stage.session.current();
      stage.session.cancelFetch();
      await aborts(waiting);
    });

    it('does nothing when there is none', async () => {
      const credential = await stage.hold();
      stage.states.length = 0;
      stage.session.cancelFetch();
      assert.deepEqual(stage.states, []);
      assert.deepEqual(stage.session.state, { kind: 'held', credential });
    });
  });

  describe('adopting a credential that came another way', () => {
    it('holds it without asking EDAS', async () => {
      const adopted = stage.fresh('adopted');
      stage.session.adopt(adopted);
      assert.deepEqual(stage.session.state, { kind: 'held', credential: adopted });
      assert.equal(await stage.session.current(), adopted);
      assert.equal(stage.flights.length, 0);
    });

    it('gives it to those who wait for a fetch, ends that, and ignores its late answer', async () => {
      const waiting = stage.session.fetch();
      const adopted = stage.fresh('adopted');
      stage.session.adopt(adopted);
      assert.equal(await waiting, adopted);
      assert.equal(stage.last.signal.aborted, true);
      stage.last.resolve(stage.fresh('late'));
      await settled();
      assert.deepEqual(stage.session.state, { kind: 'held', credential: adopted });
      assert.deepEqual(stage.kinds, ['fetching', 'held']);
    });

    it('does nothing after the end', () => {
      stage.session.dispose();
      stage.session.adopt(stage.fresh('late'));
      assert.deepEqual(stage.session.state, { kind: 'none' });
    });
  });

  describe('reset', () => {
    it('forgets the credential', async () => {
      await stage.hold();
      stage.session.reset();
      assert.deepEqual(stage.session.state, { kind: 'none' });
      void stage.session.current().catch(() => undefined);
      assert.equal(stage.flights.length, 2);
    });

    for (const end of ['answer', 'failure'] as const) {
      it(`during a fetch aborts it, and a late ${end} does not come back to life`, async () => {
        const waiting = stage.session.fetch();
        const flight = stage.last;
        stage.session.reset();
        await aborts(waiting);
        assert.equal(flight.signal.aborted, true);
        if (end === 'answer') {
          flight.resolve(stage.fresh('late'));
        } else {
          flight.reject(refused());
        }
        await settled();
        assert.deepEqual(stage.kinds, ['fetching', 'none']);
      });
    }

    it('during a fetch, the next account gets its own', async () => {
      const waiting = stage.session.fetch();
      const old = stage.last;
      stage.session.reset();
      const next = stage.session.fetch();
      await aborts(waiting);
      old.resolve(stage.fresh('old account'));
      const credential = stage.fresh('new account');
      stage.last.resolve(credential);
      assert.equal(await next, credential);
      assert.deepEqual(stage.session.state, { kind: 'held', credential });
    });

    it('during an action does not let it go on with the next account', async () => {
      await stage.hold();
      let crash: (error: unknown) => void = () => undefined;
      const action = stage.session.use(() => new Promise((_, reject) => (crash = reject)));
      await settled();
      stage.session.reset();
      crash(expired());
      await failure(() => action, 'oss.tokenExpired');
      assert.equal(stage.flights.length, 1);
    });

    it('by a listener that hears of the fetch leaves nothing under way', async () => {
      stage.session.onDidChange(({ kind }) => kind === 'fetching' && stage.session.reset());
      await aborts(stage.session.fetch());
      assert.deepEqual(stage.kinds, ['fetching', 'none']);
      assert.deepEqual(stage.session.state, { kind: 'none' });
    });

    it('twice tells it once', () => {
      stage.session.reset();
      stage.session.reset();
      assert.deepEqual(stage.states, []);
    });
  });

  it('disposed, ends its request, tells nothing and asks nobody', async () => {
    const waiting = stage.session.fetch();
    stage.states.length = 0;
    stage.session.dispose();
    await aborts(waiting);
    assert.equal(stage.last.signal.aborted, true);
    await aborts(stage.session.fetch());
    assert.equal(stage.flights.length, 1);
    assert.deepEqual(stage.states, []);
  });

  describe('for an action', () => {
    it('gives the held credential as long as it has time', async () => {
      const held = await stage.hold();
      stage.time += 55 * minute;
      assert.equal(await stage.session.current(), held);
      assert.equal(stage.flights.length, 1);
    });

    it('renews it when less than five minutes are left, once for all', async () => {
      await stage.hold();
      stage.time += 55 * minute + 1;
      const all = [stage.session.current(), stage.session.current()];
      const credential = stage.fresh('two');
      stage.last.resolve(credential);
      assert.deepEqual(await Promise.all(all), [credential, credential]);
      assert.equal(stage.flights.length, 2);
    });

    it("goes by the servers' clock", async () => {
      await stage.hold();
      stage.session.clock.sync(stage.time + 58 * minute);
      void stage.session.current().catch(() => undefined);
      assert.equal(stage.flights.length, 2);
    });

    it('uses what still lives when it cannot be renewed, and does not ask again at once', async () => {
      const held = await stage.hold();
      stage.time += 57 * minute;
      const waiting = stage.session.current();
      stage.last.reject(new CodedError('edas.throttled'));
      assert.equal(await waiting, held);
      assert.equal(await stage.session.current(), held);
      assert.equal(stage.flights.length, 2);
      stage.time += 11_000;
      void stage.session.current().catch(() => undefined);
      assert.equal(stage.flights.length, 3);
    });

    it('fails when it cannot be renewed and has expired', async () => {
      await stage.hold();
      stage.time += 61 * minute;
      const waiting = stage.session.current();
      stage.last.reject(refused());
      await failure(() => waiting, 'edas.noPermission');
    });

    it('fails when it expires while it cannot be renewed', async () => {
      await stage.hold();
      stage.time += 59 * minute;
      const waiting = stage.session.current();
      stage.time += 2 * minute;
      stage.last.reject(refused());
      await failure(() => waiting, 'edas.noPermission');
    });

    it('is cancelled although an old credential lives', async () => {
      await stage.hold();
      stage.time += 57 * minute;
      const cancelled = new AbortController();
      const waiting = stage.session.current(cancelled.signal);
      cancelled.abort();
      await aborts(waiting);
    });
  });

  describe('for what nobody asked for', () => {
    const unasked = { userInitiated: false };
    const askedOf = (): unknown =>
      stage.session.state.kind === 'failed' ? stage.session.state.userInitiated : undefined;

    it('fails without alarm', async () => {
      const waiting = stage.session.use(() => Promise.resolve(), undefined, unasked);
      stage.last.reject(refused());
      await failure(() => waiting, 'edas.noPermission');
      assert.equal(askedOf(), false);
    });

    it('fails without alarm also after OSS has found the credential expired', async () => {
      await stage.hold();
      const waiting = stage.session.use(() => Promise.reject(expired()), undefined, unasked);
      await settled();
      stage.last.reject(refused());
      await failure(() => waiting, 'edas.noPermission');
      assert.equal(askedOf(), false);
    });

    it('fails with alarm when an action joins that a person asked for', async () => {
      const all = [stage.session.current(undefined, unasked), stage.session.current()];
      stage.last.reject(refused());
      await Promise.allSettled(all);
      assert.equal(askedOf(), true);
    });
  });

  describe('when OSS finds the credential expired', () => {
    /** Fails with `oss.tokenExpired` for as many times. */
    function action(times: number) {
      const seen: Credential[] = [];
      const run = (credential: Credential): Promise<string> => {
        seen.push(credential);
        return seen.length > times ? Promise.resolve('done') : Promise.reject(expired());
      };
      return { seen, run };
    }

    it('fetches a new one and tries once more', async () => {
      const old = await stage.hold();
      const { seen, run } = action(1);
      const result = stage.session.use(run);
      await settled();
      assert.deepEqual(stage.session.state, { kind: 'fetching', last: old });
      const credential = stage.fresh('two');
      stage.last.resolve(credential);
      assert.equal(await result, 'done');
      assert.deepEqual(seen, [old, credential]);
    });

    it('tries no third time', async () => {
      await stage.hold();
      const { seen, run } = action(9);
      const result = stage.session.use(run);
      await settled();
      stage.last.resolve(stage.fresh('two'));
      await failure(() => result, 'oss.tokenExpired');
      assert.equal(seen.length, 2);
      assert.equal(stage.flights.length, 2);
      // Nor does the next action begin with what OSS has refused.
      const next = stage.session.current();
      await settled();
      assert.equal(stage.flights.length, 3);
      const three = stage.fresh('three');
      stage.last.resolve(three);
      assert.equal(await next, three);
    });

    it('fetches once for all lanes, also for those that find out later', async () => {
      const old = await stage.hold();
      const slots = Array.from({ length: 4 }, () => action(1));
      const results = slots.map(({ run }) => stage.session.use(run));
      let crashLate: (error: unknown) => void = () => undefined;
      const late: Credential[] = [];
      const lateResult = stage.session.use((credential) => {
        late.push(credential);
        return credential === old
          ? new Promise<string>((_, reject) => (crashLate = reject))
          : Promise.resolve('done');
      });
      await settled();
      const credential = stage.fresh('two');
      stage.last.resolve(credential);
      await Promise.all(results);
      crashLate(expired());
      assert.equal(await lateResult, 'done');
      assert.deepEqual(late, [old, credential]);
      assert.equal(stage.flights.length, 2);
    });

    it('does not use it again when no new one is to be had', async () => {
      const old = await stage.hold();
      const { seen, run } = action(1);
      const result = stage.session.use(run);
      await settled();
      const error = refused();
      stage.last.reject(error);
      await assert.rejects(result, error);
      assert.deepEqual(seen, [old]);
      assert.deepEqual(stage.session.state, {
        kind: 'failed',
        error,
        last: old,
        userInitiated: true,
      });
      void stage.session.current().catch(() => undefined);
      assert.equal(stage.flights.length, 3);
    });

    it('can be cancelled while a new one is fetched', async () => {
      await stage.hold();
      const cancelled = new AbortController();
      const { run } = action(1);
      const result = stage.session.use(run, cancelled.signal);
      await settled();
      cancelled.abort();
      await aborts(result);
      assert.equal(stage.last.signal.aborted, true);
    });

    it('does so for no other failure', async () => {
      await stage.hold();
      const error = new CodedError('oss.accessDenied');
      await assert.rejects(
        stage.session.use(() => Promise.reject(error)),
        (thrown) => hasCode(thrown, 'oss.accessDenied'),
      );
      assert.equal(stage.flights.length, 1);
    });
  });
});
