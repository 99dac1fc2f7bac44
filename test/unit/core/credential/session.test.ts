import assert from 'node:assert/strict';
import type { Credential } from '../../../../src/core/alibaba/edas/credential';
import { CodedError, isAbort, hasCode } from '../../../../src/core/errors/catalogue';
import { CredentialSession } from '../../../../src/core/credential/session';
import { failure } from '../../support/coded';
import { flushMicrotasks, SessionFixture } from './sessionFixture';

const minute = 60_000;
const expired = (): CodedError => new CodedError('oss.tokenExpired');
const noPermission = (): CodedError => new CodedError('edas.noPermission');

function assertAborted(promise: Promise<unknown>): Promise<void> {
  return assert.rejects(promise, (error) => isAbort(error));
}

describe('CredentialSession', () => {
  let fixture: SessionFixture;
  beforeEach(() => (fixture = new SessionFixture()));

  describe('fetch', () => {
    it('notifies listeners of each state', async () => {
      assert.deepEqual(fixture.session.state, { kind: 'none' });
      const held = await fixture.fetchCredential();
      assert.deepEqual(fixture.kinds, ['fetching', 'held']);
      assert.deepEqual(fixture.session.state, { kind: 'held', credential: held });
    });

    it('shares one request between concurrent callers, and sends a new one for a later caller', async () => {
      const all = [
        fixture.session.fetch(),
        fixture.session.current(),
        fixture.session.use((credential) => Promise.resolve(credential)),
        fixture.session.fetch({ userInitiated: true }),
      ];
      assert.equal(fixture.fetches.length, 1);
      const credential = fixture.createCredential('one');
      fixture.lastFetch.resolve(credential);
      for (const each of await Promise.all(all)) {
        assert.equal(each, credential);
      }
      void fixture.session.fetch();
      assert.equal(fixture.fetches.length, 2);
    });

    it('updates the state before its callers continue', async () => {
      const seen = fixture.session.fetch().then(() => fixture.session.state.kind);
      fixture.lastFetch.resolve(fixture.createCredential('one'));
      assert.equal(await seen, 'held');
    });

    it('still provides the last credential while it runs and after it failed', async () => {
      const last = await fixture.fetchCredential();
      const again = fixture.session.fetch();
      assert.deepEqual(fixture.session.state, { kind: 'fetching', last });
      const error = noPermission();
      fixture.lastFetch.reject(error);
      await assert.rejects(again, error);
      assert.deepEqual(fixture.session.state, {
        kind: 'failed',
        error,
        last,
        userInitiated: false,
      });
      assert.equal(await fixture.session.current(), last);
    });

    it('rejects with the error of the request, and can be called again', async () => {
      const first = fixture.session.fetch();
      const error = noPermission();
      fixture.lastFetch.reject(error);
      await assert.rejects(first, error);
      assert.deepEqual(fixture.session.state, {
        kind: 'failed',
        error,
        last: undefined,
        userInitiated: false,
      });
      await fixture.fetchCredential();
      assert.equal(fixture.session.state.kind, 'held');
    });

    for (const userInitiated of [
      [false, true],
      [true, false],
    ]) {
      it(`marks a failure as user-initiated when userInitiated of its callers is [${userInitiated.join()}]`, async () => {
        const all = userInitiated.map((each) => fixture.session.fetch({ userInitiated: each }));
        fixture.lastFetch.reject(noPermission());
        await Promise.allSettled(all);
        assert.deepEqual(
          { ...fixture.session.state, error: undefined },
          { kind: 'failed', userInitiated: true, error: undefined, last: undefined },
        );
      });
    }

    it('fails when the request function throws synchronously', async () => {
      const error = noPermission();
      const session = new CredentialSession({
        fetch: () => {
          throw error;
        },
        clock: fixture.session.clock,
      });
      await assert.rejects(session.fetch(), error);
      assert.equal(session.state.kind, 'failed');
    });
  });

  describe('when a caller aborts', () => {
    it('still resolves for the other callers', async () => {
      const cancelled = new AbortController();
      const one = fixture.session.fetch({ signal: cancelled.signal });
      const two = fixture.session.fetch();
      cancelled.abort();
      await assertAborted(one);
      assert.equal(fixture.lastFetch.signal.aborted, false);
      const credential = fixture.createCredential('one');
      fixture.lastFetch.resolve(credential);
      assert.equal(await two, credential);
    });

    it('aborts the request and restores the state if it was the last caller', async () => {
      const held = await fixture.fetchCredential();
      const [a, b] = [new AbortController(), new AbortController()];
      const one = fixture.session.fetch({ signal: a.signal });
      const two = fixture.session.fetch({ signal: b.signal });
      a.abort();
      b.abort(new Error('closed'));
      await assertAborted(one);
      await assertAborted(two);
      assert.equal(fixture.lastFetch.signal.aborted, true);
      assert.deepEqual(fixture.session.state, { kind: 'held', credential: held });
    });

    it('ignores a late response', async () => {
      const cancelled = new AbortController();
      const one = fixture.session.fetch({ signal: cancelled.signal });
      cancelled.abort();
      await assertAborted(one);
      fixture.lastFetch.resolve(fixture.createCredential('late'));
      await flushMicrotasks();
      assert.deepEqual(fixture.session.state, { kind: 'none' });
    });

    it('sends a new request for the next caller', async () => {
      const cancelled = new AbortController();
      const one = fixture.session.fetch({ signal: cancelled.signal });
      const abandoned = fixture.lastFetch;
      cancelled.abort();
      await assertAborted(one);
      const two = fixture.session.fetch();
      abandoned.resolve(fixture.createCredential('late'));
      await flushMicrotasks();
      assert.equal(fixture.session.state.kind, 'fetching');
      const credential = fixture.createCredential('two');
      fixture.lastFetch.resolve(credential);
      assert.equal(await two, credential);
    });

    it('sends no request if the signal was already aborted', async () => {
      await assertAborted(fixture.session.fetch({ signal: AbortSignal.abort() }));
      assert.equal(fixture.fetches.length, 0);
      assert.deepEqual(fixture.states, []);
    });
  });

  describe('cancelFetch', () => {
    it('rejects all callers, aborts the request and restores the state', async () => {
      const alone = new AbortController();
      const all = [
        fixture.session.fetch({ userInitiated: true, signal: alone.signal }),
        fixture.session.current(),
        fixture.session.use((credential) => Promise.resolve(credential), alone.signal),
      ];
      fixture.session.cancelFetch();
      assert.deepEqual(fixture.kinds, ['fetching', 'none']);
      assert.equal(fixture.lastFetch.signal.aborted, true);
      await Promise.all(all.map(assertAborted));
      alone.abort();
      fixture.lastFetch.resolve(fixture.createCredential('late'));
      await flushMicrotasks();
      assert.deepEqual(fixture.kinds, ['fetching', 'none']);
    });

    it('does not affect the next fetch', async () => {
      const first = fixture.session.fetch();
      fixture.session.cancelFetch();
      const next = fixture.session.fetch();
      await assertAborted(first);
      const credential = fixture.createCredential('next');
      fixture.lastFetch.resolve(credential);
      assert.equal(await next, credential);
    });

    it('lets an action continue with its valid credential, and pauses renewals', async () => {
      const held = await fixture.fetchCredential();
      fixture.time += 57 * minute;
      const waiting = fixture.session.current(new AbortController().signal);
      fixture.session.cancelFetch();
      assert.equal(await waiting, held);
      assert.deepEqual(fixture.session.state, { kind: 'held', credential: held });
      assert.equal(await fixture.session.current(), held);
      assert.equal(fixture.fetches.length, 2);
    });

    it('aborts an action whose credential has expired', async () => {
      await fixture.fetchCredential();
      fixture.time += 61 * minute;
      const waiting = fixture.session.current();
      fixture.session.cancelFetch();
      await assertAborted(waiting);
    });

    it('does nothing when no fetch is running', async () => {
      const credential = await fixture.fetchCredential();
      fixture.states.length = 0;
      fixture.session.cancelFetch();
      assert.deepEqual(fixture.states, []);
      assert.deepEqual(fixture.session.state, { kind: 'held', credential });
    });
  });

  describe('adopt', () => {
    it('makes the credential the current one without a request to EDAS', async () => {
      const adopted = fixture.createCredential('adopted');
      fixture.session.adopt(adopted);
      assert.deepEqual(fixture.session.state, { kind: 'held', credential: adopted });
      assert.equal(await fixture.session.current(), adopted);
      assert.equal(fixture.fetches.length, 0);
    });

    it('resolves waiting callers, aborts their request and ignores its late response', async () => {
      const waiting = fixture.session.fetch();
      const adopted = fixture.createCredential('adopted');
      fixture.session.adopt(adopted);
      assert.equal(await waiting, adopted);
      assert.equal(fixture.lastFetch.signal.aborted, true);
      fixture.lastFetch.resolve(fixture.createCredential('late'));
      await flushMicrotasks();
      assert.deepEqual(fixture.session.state, { kind: 'held', credential: adopted });
      assert.deepEqual(fixture.kinds, ['fetching', 'held']);
    });

    it('does nothing after dispose', () => {
      fixture.session.dispose();
      fixture.session.adopt(fixture.createCredential('late'));
      assert.deepEqual(fixture.session.state, { kind: 'none' });
    });
  });

  describe('reset', () => {
    it('clears the credential', async () => {
      await fixture.fetchCredential();
      fixture.session.reset();
      assert.deepEqual(fixture.session.state, { kind: 'none' });
      void fixture.session.current().catch(() => undefined);
      assert.equal(fixture.fetches.length, 2);
    });

    for (const outcome of ['response', 'failure'] as const) {
      it(`aborts a running fetch, and ignores its late ${outcome}`, async () => {
        const waiting = fixture.session.fetch();
        const pending = fixture.lastFetch;
        fixture.session.reset();
        await assertAborted(waiting);
        assert.equal(pending.signal.aborted, true);
        if (outcome === 'response') {
          pending.resolve(fixture.createCredential('late'));
        } else {
          pending.reject(noPermission());
        }
        await flushMicrotasks();
        assert.deepEqual(fixture.kinds, ['fetching', 'none']);
      });
    }

    it('ignores a late response for the old account while the next account fetches', async () => {
      const waiting = fixture.session.fetch();
      const old = fixture.lastFetch;
      fixture.session.reset();
      const next = fixture.session.fetch();
      await assertAborted(waiting);
      old.resolve(fixture.createCredential('old account'));
      const credential = fixture.createCredential('new account');
      fixture.lastFetch.resolve(credential);
      assert.equal(await next, credential);
      assert.deepEqual(fixture.session.state, { kind: 'held', credential });
    });

    it('does not retry a running action with the credential of the next account', async () => {
      await fixture.fetchCredential();
      let rejectAction: (error: unknown) => void = () => undefined;
      const action = fixture.session.use(() => new Promise((_, reject) => (rejectAction = reject)));
      await flushMicrotasks();
      fixture.session.reset();
      rejectAction(expired());
      await failure(() => action, 'oss.tokenExpired');
      assert.equal(fixture.fetches.length, 1);
    });

    it('aborts the fetch when a listener calls it on the state change', async () => {
      fixture.session.onDidChange(({ kind }) => kind === 'fetching' && fixture.session.reset());
      await assertAborted(fixture.session.fetch());
      assert.deepEqual(fixture.kinds, ['fetching', 'none']);
      assert.deepEqual(fixture.session.state, { kind: 'none' });
    });

    it('notifies nobody when there is nothing to clear', () => {
      fixture.session.reset();
      fixture.session.reset();
      assert.deepEqual(fixture.states, []);
    });
  });

  it('aborts its request on dispose, and sends and notifies nothing afterwards', async () => {
    const waiting = fixture.session.fetch();
    fixture.states.length = 0;
    fixture.session.dispose();
    await assertAborted(waiting);
    assert.equal(fixture.lastFetch.signal.aborted, true);
    await assertAborted(fixture.session.fetch());
    assert.equal(fixture.fetches.length, 1);
    assert.deepEqual(fixture.states, []);
  });

  describe('current', () => {
    it('returns the credential while at least 5 minutes are left', async () => {
      const held = await fixture.fetchCredential();
      fixture.time += 55 * minute;
      assert.equal(await fixture.session.current(), held);
      assert.equal(fixture.fetches.length, 1);
    });

    it('renews the credential once for all callers when less than 5 minutes are left', async () => {
      await fixture.fetchCredential();
      fixture.time += 55 * minute + 1;
      const all = [fixture.session.current(), fixture.session.current()];
      const credential = fixture.createCredential('two');
      fixture.lastFetch.resolve(credential);
      assert.deepEqual(await Promise.all(all), [credential, credential]);
      assert.equal(fixture.fetches.length, 2);
    });

    it("measures the remaining time by the servers' clock", async () => {
      await fixture.fetchCredential();
      fixture.session.clock.sync(fixture.time + 58 * minute);
      void fixture.session.current().catch(() => undefined);
      assert.equal(fixture.fetches.length, 2);
    });

    it('returns the valid credential when the renewal fails, and renews again after a pause', async () => {
      const held = await fixture.fetchCredential();
      fixture.time += 57 * minute;
      const waiting = fixture.session.current();
      fixture.lastFetch.reject(new CodedError('edas.throttled'));
      assert.equal(await waiting, held);
      assert.equal(await fixture.session.current(), held);
      assert.equal(fixture.fetches.length, 2);
      fixture.time += 11_000;
      void fixture.session.current().catch(() => undefined);
      assert.equal(fixture.fetches.length, 3);
    });

    it('fails when the renewal fails and the credential has expired', async () => {
      await fixture.fetchCredential();
      fixture.time += 61 * minute;
      const waiting = fixture.session.current();
      fixture.lastFetch.reject(noPermission());
      await failure(() => waiting, 'edas.noPermission');
    });

    it('fails when the credential expires while a renewal fails', async () => {
      await fixture.fetchCredential();
      fixture.time += 59 * minute;
      const waiting = fixture.session.current();
      fixture.time += 2 * minute;
      fixture.lastFetch.reject(noPermission());
      await failure(() => waiting, 'edas.noPermission');
    });

    it('can be aborted although the credential is still valid', async () => {
      await fixture.fetchCredential();
      fixture.time += 57 * minute;
      const cancelled = new AbortController();
      const waiting = fixture.session.current(cancelled.signal);
      cancelled.abort();
      await assertAborted(waiting);
    });
  });

  describe('background work', () => {
    const background = { userInitiated: false };
    const isUserInitiated = (): unknown =>
      fixture.session.state.kind === 'failed' ? fixture.session.state.userInitiated : undefined;

    it('reports a failure as not user-initiated', async () => {
      const waiting = fixture.session.use(() => Promise.resolve(), undefined, background);
      fixture.lastFetch.reject(noPermission());
      await failure(() => waiting, 'edas.noPermission');
      assert.equal(isUserInitiated(), false);
    });

    it('reports a failure as not user-initiated also when OSS rejected the credential as expired', async () => {
      await fixture.fetchCredential();
      const waiting = fixture.session.use(() => Promise.reject(expired()), undefined, background);
      await flushMicrotasks();
      fixture.lastFetch.reject(noPermission());
      await failure(() => waiting, 'edas.noPermission');
      assert.equal(isUserInitiated(), false);
    });

    it('reports a failure as user-initiated when a user-initiated action joins the fetch', async () => {
      const all = [fixture.session.current(undefined, background), fixture.session.current()];
      fixture.lastFetch.reject(noPermission());
      await Promise.allSettled(all);
      assert.equal(isUserInitiated(), true);
    });
  });

  describe('when OSS rejects the credential as expired', () => {
    /** Fails with `oss.tokenExpired` so many times. */
    function failingAction(times: number) {
      const seen: Credential[] = [];
      const run = (credential: Credential): Promise<string> => {
        seen.push(credential);
        return seen.length > times ? Promise.resolve('done') : Promise.reject(expired());
      };
      return { seen, run };
    }

    it('fetches a new credential and runs the action again', async () => {
      const old = await fixture.fetchCredential();
      const { seen, run } = failingAction(1);
      const result = fixture.session.use(run);
      await flushMicrotasks();
      assert.deepEqual(fixture.session.state, { kind: 'fetching', last: old });
      const credential = fixture.createCredential('two');
      fixture.lastFetch.resolve(credential);
      assert.equal(await result, 'done');
      assert.deepEqual(seen, [old, credential]);
    });

    it('runs the action only twice, and does not use the rejected credential again', async () => {
      await fixture.fetchCredential();
      const { seen, run } = failingAction(9);
      const result = fixture.session.use(run);
      await flushMicrotasks();
      fixture.lastFetch.resolve(fixture.createCredential('two'));
      await failure(() => result, 'oss.tokenExpired');
      assert.equal(seen.length, 2);
      assert.equal(fixture.fetches.length, 2);
      // The next action does not start with the credential that OSS has rejected, either.
      const next = fixture.session.current();
      await flushMicrotasks();
      assert.equal(fixture.fetches.length, 3);
      const three = fixture.createCredential('three');
      fixture.lastFetch.resolve(three);
      assert.equal(await next, three);
    });

    it('fetches once for all concurrent actions, also for one that fails later', async () => {
      const old = await fixture.fetchCredential();
      const actions = Array.from({ length: 4 }, () => failingAction(1));
      const results = actions.map(({ run }) => fixture.session.use(run));
      let rejectLate: (error: unknown) => void = () => undefined;
      const late: Credential[] = [];
      const lateResult = fixture.session.use((credential) => {
        late.push(credential);
        return credential === old
          ? new Promise<string>((_, reject) => (rejectLate = reject))
          : Promise.resolve('done');
      });
      await flushMicrotasks();
      const credential = fixture.createCredential('two');
      fixture.lastFetch.resolve(credential);
      await Promise.all(results);
      rejectLate(expired());
      assert.equal(await lateResult, 'done');
      assert.deepEqual(late, [old, credential]);
      assert.equal(fixture.fetches.length, 2);
    });

    it('does not use it again when no new one can be fetched', async () => {
      const old = await fixture.fetchCredential();
      const { seen, run } = failingAction(1);
      const result = fixture.session.use(run);
      await flushMicrotasks();
      const error = noPermission();
      fixture.lastFetch.reject(error);
      await assert.rejects(result, error);
      assert.deepEqual(seen, [old]);
      assert.deepEqual(fixture.session.state, {
        kind: 'failed',
        error,
        last: old,
        userInitiated: true,
      });
      void fixture.session.current().catch(() => undefined);
      assert.equal(fixture.fetches.length, 3);
    });

    it('can be aborted while a new credential is fetched', async () => {
      await fixture.fetchCredential();
      const cancelled = new AbortController();
      const { run } = failingAction(1);
      const result = fixture.session.use(run, cancelled.signal);
      await flushMicrotasks();
      cancelled.abort();
      await assertAborted(result);
      assert.equal(fixture.lastFetch.signal.aborted, true);
    });

    it('does not fetch a new credential after other errors', async () => {
      await fixture.fetchCredential();
      const error = new CodedError('oss.accessDenied');
      await assert.rejects(
        fixture.session.use(() => Promise.reject(error)),
        (thrown) => hasCode(thrown, 'oss.accessDenied'),
      );
      assert.equal(fixture.fetches.length, 1);
    });
  });
});
