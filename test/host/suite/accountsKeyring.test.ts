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

describe('A keyring that keeps nothing', () => {
  it('is told, and the account goes on for this session', async () => {
    const keyring = new Keyring();
    keyring.isPersistent = false;
    const state = new State();
    const store = new AccountStore(keyring, { global: state });
    let kept: boolean | undefined;
    void saveAccount({ store, log: silentLog }, account(), keys).then((answer) => (kept = answer));
    while (kept === undefined) {
      // The first button of the message is “For This Session Only”.
      await commands.executeCommand('notification.acceptPrimaryAction');
      await sleep(50);
    }
    assert.equal(kept, true);
    assert.equal(store.current?.sessionOnly, true);
    assert.equal((await store.storedKeys('one')).accessKeySecret.reveal(), 'typed-secret');
    assert.equal(state.values.size, 0);
  });
});
