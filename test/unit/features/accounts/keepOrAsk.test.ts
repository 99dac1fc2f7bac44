import assert from 'node:assert/strict';
import { CodedError, isCoded } from '../../../../src/core/errors';
import { Secret } from '../../../../src/core/secret';
import { keepOrAsk, type NotKeptAnswer } from '../../../../src/features/accounts/keepOrAsk';
import { account } from '../../support/account';

const keys = { accessKeyId: 'LTAI5tTyped', accessKeySecret: new Secret('typed-secret') };

describe('keeping an account with a keyring that fails', () => {
  /** What was done, in order. */
  let done: string[];
  beforeEach(() => (done = []));

  /**
   * @param failures how often the keyring fails before it keeps
   * @param answers of the person, in order
   */
  function keep(failures: number, answers: readonly (NotKeptAnswer | undefined)[]) {
    const left = [...answers];
    const act = <T>(what: string, result: T): Promise<T> => {
      done.push(what);
      return Promise.resolve(result);
    };
    const store = {
      keep: async () => {
        await act('keep', undefined);
        if (failures-- > 0) {
          throw new CodedError('account.notKept');
        }
      },
      keepForSession: () => act('keepForSession', undefined),
    };
    const steps = {
      store,
      failed: (error: unknown) => assert.ok(isCoded(error, 'account.notKept')),
      ask: () => act('ask', left.shift()),
      openHelp: () => act('help', true),
    };
    return keepOrAsk(steps, account(), keys);
  }

  it('asks nothing when it works', async () => {
    assert.equal(await keep(0, []), true);
    assert.deepEqual(done, ['keep']);
  });

  it('tries again', async () => {
    assert.equal(await keep(1, ['again']), true);
    assert.deepEqual(done, ['keep', 'ask', 'keep']);
  });

  it('goes on for the session', async () => {
    assert.equal(await keep(1, ['forSession']), true);
    assert.deepEqual(done, ['keep', 'ask', 'keepForSession']);
  });

  it('gives up when the person leaves', async () => {
    assert.equal(await keep(1, [undefined]), false);
    assert.deepEqual(done, ['keep', 'ask']);
  });

  it('asks again after the help was opened, as often as it is', async () => {
    assert.equal(await keep(1, ['help', 'help', 'again']), true);
    assert.deepEqual(done, ['keep', 'ask', 'help', 'ask', 'help', 'ask', 'keep']);
  });

  it('leaves other failures to others', async () => {
    const store = {
      keep: () => Promise.reject(new Error('bug')),
      keepForSession: () => Promise.resolve(),
    };
    const never = () => assert.fail('not asked');
    const steps = { store, failed: never, ask: never, openHelp: never };
    await assert.rejects(keepOrAsk(steps, account(), keys), /bug/);
  });
});
