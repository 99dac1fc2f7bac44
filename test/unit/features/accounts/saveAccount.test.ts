import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import { silentLog } from '../../../../src/core/util/log';
import { Secret } from '../../../../src/core/util/secret';
import { saveAccount } from '../../../../src/features/accounts/saveAccount';
import { account } from '../../support/account';
import { fakeWindow, press } from '../../support/fakeWindow';

const keys = { accessKeyId: 'LTAI5tTyped', accessKeySecret: new Secret('typed-secret') };

describe('saving an account with a keyring that fails', () => {
  /** What the store did, in order. */
  let done: string[];
  beforeEach(() => {
    done = [];
    fakeWindow.reset();
  });

  /** @param failures how often the keyring fails before it saves */
  function save(failures: number, ...buttons: readonly string[]): Promise<boolean> {
    fakeWindow.script(...buttons.map(press));
    const store = {
      save: async () => {
        done.push('save');
        return Promise.resolve().then(() => {
          if (failures-- > 0) {
            throw new CodedError('account.notSaved');
          }
        });
      },
      saveForSession: () => Promise.resolve(void done.push('saveForSession')),
    };
    return saveAccount({ store, log: silentLog }, account(), keys);
  }

  it('shows nothing when it works', async () => {
    assert.equal(await save(0), true);
    assert.deepEqual(done, ['save']);
    assert.deepEqual(fakeWindow.messages, []);
  });

  it('tries again', async () => {
    assert.equal(await save(1, 'Try Again'), true);
    assert.deepEqual(done, ['save', 'save']);
  });

  it('continues for the session', async () => {
    assert.equal(await save(1, 'For This Session Only'), true);
    assert.deepEqual(done, ['save', 'saveForSession']);
  });

  it('saves nothing when the person closes the message', async () => {
    assert.equal(await save(1), false);
    assert.deepEqual(done, ['save']);
  });

  it('keeps the keys while the help is read, however often it is opened', async () => {
    assert.equal(await save(1, 'Open Help', 'Open Help', 'Try Again'), true);
    assert.deepEqual(done, ['save', 'save']);
    assert.equal(fakeWindow.openedPages.length, 2);
  });

  it('throws other failures', async () => {
    const store = {
      save: () => Promise.reject(new Error('bug')),
      saveForSession: () => Promise.resolve(),
    };
    await assert.rejects(saveAccount({ store, log: silentLog }, account(), keys), /bug/);
    assert.deepEqual(fakeWindow.messages, []);
  });
});
