import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import { silentLog } from '../../../../src/core/util/log';
import { Secret } from '../../../../src/core/util/secret';
import { saveAccount } from '../../../../src/features/accounts/saveAccount';
import { account } from '../../support/account';
import { fakeWindow, press } from '../../support/fakeWindow';

const keys = { accessKeyId: 'LTAI5tTyped', accessKeySecret: new Secret('typed-secret') };

describe('Saving an account', () => {
  /** The calls of the store, in order. */
  let calls: string[];
  beforeEach(() => {
    calls = [];
    fakeWindow.reset();
  });

  /** @param failures how often the keyring fails before it saves */
  function save(failures: number, ...buttons: readonly string[]): Promise<boolean> {
    fakeWindow.script(...buttons.map(press));
    const store = {
      save: async () => {
        calls.push('save');
        return Promise.resolve().then(() => {
          if (failures-- > 0) {
            throw new CodedError('account.notSaved');
          }
        });
      },
      saveForSession: () => Promise.resolve(void calls.push('saveForSession')),
    };
    return saveAccount({ store, log: silentLog }, account(), keys);
  }

  it('shows no message when the keyring works', async () => {
    assert.equal(await save(0), true);
    assert.deepEqual(calls, ['save']);
    assert.deepEqual(fakeWindow.messages, []);
  });

  it('saves again after Try Again', async () => {
    assert.equal(await save(1, 'Try Again'), true);
    assert.deepEqual(calls, ['save', 'save']);
  });

  it('saves in memory after For This Session Only', async () => {
    assert.equal(await save(1, 'For This Session Only'), true);
    assert.deepEqual(calls, ['save', 'saveForSession']);
  });

  it('saves nothing when the message is dismissed', async () => {
    assert.equal(await save(1), false);
    assert.deepEqual(calls, ['save']);
  });

  it('can still save after the help was opened several times', async () => {
    assert.equal(await save(1, 'Open Help', 'Open Help', 'Try Again'), true);
    assert.deepEqual(calls, ['save', 'save']);
    assert.equal(fakeWindow.openedPages.length, 2);
  });

  it('throws other errors', async () => {
    const store = {
      save: () => Promise.reject(new Error('bug')),
      saveForSession: () => Promise.resolve(),
    };
    await assert.rejects(saveAccount({ store, log: silentLog }, account(), keys), /bug/);
    assert.deepEqual(fakeWindow.messages, []);
  });
});
