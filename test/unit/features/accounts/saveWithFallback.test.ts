import assert from 'node:assert/strict';
import { CodedError, hasCode } from '../../../../src/core/errors/catalogue';
import { Secret } from '../../../../src/core/util/secret';
import {
  saveWithFallback,
  type SaveFallback,
} from '../../../../src/features/accounts/saveWithFallback';
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
  function save(failures: number, answers: readonly (SaveFallback | undefined)[]) {
    const left = [...answers];
    const act = <T>(what: string, result: T): Promise<T> => {
      done.push(what);
      return Promise.resolve(result);
    };
    const store = {
      save: async () => {
        await act('keep', undefined);
        if (failures-- > 0) {
          throw new CodedError('account.notSaved');
        }
      },
      saveForSession: () => act('keepForSession', undefined),
    };
    const steps = {
      store,
      onFailed: (error: unknown) => assert.ok(hasCode(error, 'account.notSaved')),
      prompt: () => act('ask', left.shift()),
      openHelp: () => act('help', true),
    };
    return saveWithFallback(steps, account(), keys);
  }

  it('asks nothing when it works', async () => {
    assert.equal(await save(0, []), true);
    assert.deepEqual(done, ['keep']);
  });

  it('tries again', async () => {
    assert.equal(await save(1, ['again']), true);
    assert.deepEqual(done, ['keep', 'ask', 'keep']);
  });

  it('goes on for the session', async () => {
    assert.equal(await save(1, ['forSession']), true);
    assert.deepEqual(done, ['keep', 'ask', 'keepForSession']);
  });

  it('gives up when the person leaves', async () => {
    assert.equal(await save(1, [undefined]), false);
    assert.deepEqual(done, ['keep', 'ask']);
  });

  it('asks again after the help was opened, as often as it is', async () => {
    assert.equal(await save(1, ['help', 'help', 'again']), true);
    assert.deepEqual(done, ['keep', 'ask', 'help', 'ask', 'help', 'ask', 'keep']);
  });

  it('leaves other failures to others', async () => {
    const store = {
      save: () => Promise.reject(new Error('bug')),
      saveForSession: () => Promise.resolve(),
    };
    const never = () => assert.fail('not asked');
    const steps = { store, onFailed: never, prompt: never, openHelp: never };
    await assert.rejects(saveWithFallback(steps, account(), keys), /bug/);
  });
});
