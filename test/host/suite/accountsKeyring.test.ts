import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands } from 'vscode';
import { silentLog } from '../../../src/core/util/log';
import { Secret } from '../../../src/core/util/secret';
import { saveAccount } from '../../../src/features/accounts/saveAccount';
import { AccountStore } from '../../../src/features/accounts/store';
import { Keyring, State } from '../../unit/features/accounts/support/keyring';
import { account } from '../../unit/support/account';

const keys = { accessKeyId: 'LTAI5tTyped', accessKeySecret: new Secret('typed-secret') };

describe('Saving an account when the keyring stores nothing', () => {
  it('saves the account for this session only, after the user agrees', async () => {
    const keyring = new Keyring();
    keyring.isPersistent = false;
    const state = new State();
    const store = new AccountStore(keyring, { global: state });
    let saved: boolean | undefined;
    void saveAccount({ store, log: silentLog }, account(), keys).then((result) => (saved = result));
    while (saved === undefined) {
      // The first button of the message is “For This Session Only”.
      await commands.executeCommand('notification.acceptPrimaryAction');
      await sleep(50);
    }
    assert.equal(saved, true);
    assert.equal(store.current?.sessionOnly, true);
    assert.equal((await store.storedKeys('one')).accessKeySecret.reveal(), 'typed-secret');
    assert.equal(state.values.size, 0);
  });
});
