import assert from 'node:assert/strict';
import { hasCode } from '../../../../src/core/errors/catalogue';
import { Secret } from '../../../../src/core/util/secret';
import { AccountStore } from '../../../../src/features/accounts/store';
import type { Account } from '../../../../src/common/account';
import { account } from '../../support/account';
import { Keyring, State } from './support/keyring';

const keys = {
  accessKeyId: 'LTAI5tSandboxKey0001',
  accessKeySecret: new Secret('marked-secret'),
};
const one = account();
const two = account({ id: 'two', name: 'second', regionId: 'cn-beijing' });
const withProfile = account({
  id: 'withProfile',
  keySource: { kind: 'cliProfile', file: '/home/me/.aliyun/config.json', profile: 'work' },
});
const idOf = (current: Account | undefined): string | undefined => current?.id;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('AccountStore', () => {
  let keyring: Keyring;
  /** Shared by all windows. */
  let global: State;
  /** Of the workspace that is open. */
  let workspace: State;
  beforeEach(() => {
    keyring = new Keyring();
    global = new State();
    workspace = new State();
  });
  const open = (states = { global, workspace }): AccountStore => new AccountStore(keyring, states);
  const openOtherWorkspace = (): AccountStore => open({ global, workspace: new State() });
  const openWithoutWorkspace = (): AccountStore => new AccountStore(keyring, { global });

  describe('saving', () => {
    it('returns the saved account and keys, also after a restart', async () => {
      const store = open();
      assert.equal(store.current, undefined);
      await store.save(one, keys);
      for (const window of [store, open()]) {
        assert.deepEqual(window.current, one);
        const { accessKeyId, accessKeySecret } = await window.storedKeys('one');
        assert.equal(accessKeyId, keys.accessKeyId);
        assert.equal(accessKeySecret.reveal(), 'marked-secret');
      }
    });

    it('saves all properties of an account', async () => {
      const full = account({ endpoint: 'https://edas.example.com', network: 'vpc' });
      await open().save(full, keys);
      assert.deepEqual(open().current, full);
    });

    it('stores neither the secret nor the whole AccessKey ID outside the keyring', async () => {
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      await store.setCurrent('one');
      const text = JSON.stringify([...global.values, ...workspace.values]);
      assert.match(text, /second/);
      assert.doesNotMatch(text, /marked-secret|LTAI5t/);
    });

    it('saves the security token of temporary keys', async () => {
      const store = open();
      await store.save(one, { ...keys, securityToken: new Secret('marked-token') });
      assert.equal((await store.storedKeys('one')).securityToken?.reveal(), 'marked-token');
    });

    it('stores no secret when the keys are in a CLI profile', async () => {
      const store = open();
      await store.save(withProfile, undefined);
      assert.deepEqual(open().current, withProfile);
      assert.doesNotMatch(keyring.texts.get('edasPackages.account.withProfile') ?? '', /accessKey/);
      await assert.rejects(store.storedKeys('withProfile'), (e) => hasCode(e, 'account.keysGone'));
    });

    it('updates an account without changing its keys', async () => {
      const store = open();
      await store.save(one, keys);
      await store.update({ ...one, name: 'new name' });
      assert.deepEqual(open().current, { ...one, name: 'new name' });
      assert.equal((await store.storedKeys('one')).accessKeySecret.reveal(), 'marked-secret');
    });

    it('writes nothing when nothing has changed', async () => {
      const store = open();
      await store.save(one, keys);
      const { writes } = keyring;
      await store.save(one, keys);
      await store.update(one);
      assert.equal(keyring.writes, writes);
    });
  });

  describe('the current account', () => {
    it('is the account that was added last', async () => {
      const store = open();
      await store.save(one, keys);
      assert.equal(store.current?.id, 'one');
      await store.save(two, keys);
      assert.equal(store.current.id, 'two');
      assert.equal(store.defaultAccount?.id, 'one');
    });

    it('is stored per workspace, and is the default account elsewhere', async () => {
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      assert.equal(open().current?.id, 'two');
      assert.equal(openOtherWorkspace().current?.id, 'one');
      await openOtherWorkspace().setDefault('two');
      await store.setCurrent('one');
      assert.equal(open().current?.id, 'one');
      assert.equal(openOtherWorkspace().current?.id, 'two');
    });

    it('becomes the default when it is selected without a workspace', async () => {
      const store = openWithoutWorkspace();
      await store.save(one, keys);
      await store.save(two, keys);
      assert.equal(openOtherWorkspace().current?.id, 'two');
      await store.setCurrent('one');
      assert.equal(openOtherWorkspace().current?.id, 'one');
      assert.equal(openWithoutWorkspace().current?.id, 'one');
    });

    it('is undefined after its removal until another one is selected', async () => {
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      await store.remove('two');
      assert.equal(store.current, undefined);
      assert.deepEqual(store.all, [one]);
      assert.equal(open().current, undefined);
      await store.setCurrent('one');
      assert.equal(open().current?.id, 'one');
    });

    it('does not change in any open window when another account becomes the default', async () => {
      const store = open();
      const otherWindow = openOtherWorkspace();
      await store.save(one, keys);
      await settled();
      await otherWindow.save(two, keys);
      await settled();
      const seen: unknown[] = [];
      store.onDidChange((now) => seen.push(now?.id));
      await store.setDefault('two');
      assert.equal(store.defaultAccount?.id, 'two');
      assert.equal(store.current?.id, 'one');
      await otherWindow.setDefault('one');
      await otherWindow.setDefault('two');
      // Every window is notified of this and reads the list again.
      await otherWindow.update({ ...two, name: 'renamed' });
      await settled();
      assert.equal(store.current.id, 'one');
      assert.deepEqual(new Set(seen), new Set(['one']));
      assert.equal(
        open().current?.id,
        'two',
        'the next start without a selection uses the default',
      );
    });

    it('does not fall back to the default when another window removes it', async () => {
      const store = open();
      const otherWindow = openOtherWorkspace();
      await store.save(one, keys);
      await settled();
      await otherWindow.save(two, keys);
      await otherWindow.setDefault('two');
      await otherWindow.remove('one');
      await settled();
      assert.equal(idOf(store.current), undefined);
      assert.deepEqual(store.all, [two]);
      await store.setCurrent('two');
      assert.equal(idOf(store.current), 'two');
    });

    it('is a newly added account after another window removed the previous one', async () => {
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      const otherWindow = openOtherWorkspace();
      await store.remove('one');
      await settled();
      assert.equal(idOf(otherWindow.current), undefined);
      await otherWindow.save(account({ id: 'three' }), keys);
      assert.equal(idOf(otherWindow.current), 'three');
    });

    it('is undefined after another window removed the selected account', async () => {
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      await openOtherWorkspace().remove('two');
      await settled();
      assert.equal(store.current, undefined);
    });

    it('is set in every window when the only account is replaced', async () => {
      const otherWindow = openOtherWorkspace();
      const store = open();
      await store.save(one, keys);
      await otherWindow.remove('one');
      await store.save(two, keys);
      await settled();
      assert.equal(otherWindow.current?.id, 'two');
    });
  });

  describe('with a keyring that does not store secrets', () => {
    beforeEach(() => {
      keyring.isPersistent = false;
    });

    it('rejects saving, and stores no part of the account', async () => {
      const store = open();
      await assert.rejects(store.save(one, keys), (e) => hasCode(e, 'account.notSaved'));
      assert.equal(store.current, undefined);
      assert.equal(global.values.size, 0);
    });

    it('saves for the session in memory only', async () => {
      const store = open();
      await store.saveForSession(one, keys);
      assert.deepEqual(store.current, { ...one, sessionOnly: true });
      assert.equal((await store.storedKeys('one')).accessKeySecret.reveal(), 'marked-secret');
      await store.update({ ...store.current, name: 'renamed' });
      assert.equal(store.current.name, 'renamed');
      assert.equal(open().current, undefined);
      assert.doesNotMatch(JSON.stringify([...global.values, ...workspace.values]), /one|renamed/);
      await store.remove('one');
      assert.deepEqual(store.all, []);
    });

    it('stays signed in to the account whose keys are entered again', async () => {
      keyring.isPersistent = true;
      const store = open();
      await store.save(one, keys);
      keyring.store = () => Promise.reject(new Error('locked'));
      const renewed = { ...one, keysSetAt: one.keysSetAt + 1 };
      await assert.rejects(store.save(renewed, keys), (e) => hasCode(e, 'account.notSaved'));
      const seen: unknown[] = [];
      store.onDidChange((now) => seen.push(now?.id));
      await store.saveForSession(renewed, keys);
      assert.deepEqual(store.current, { ...renewed, sessionOnly: true });
      assert.deepEqual(store.all, [store.current]);
      assert.deepEqual(seen, ['one']);
    });

    it('does not switch to another account whose keys are entered again', async () => {
      keyring.isPersistent = true;
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      await store.saveForSession({ ...one, keysSetAt: one.keysSetAt + 1 }, keys);
      assert.equal(store.current?.id, 'two');
    });

    it('saves accounts whose keys are in a CLI profile', async () => {
      const store = open();
      await store.save(withProfile, undefined);
      await store.update({ ...withProfile, name: 'renamed' });
      await settled();
      assert.equal(store.current?.name, 'renamed');
      assert.equal(open().current?.name, 'renamed');
    });

    it('rejects saving when the keyring throws, except when the keys are in a CLI profile', async () => {
      keyring.store = () => Promise.reject(new Error('locked'));
      await assert.rejects(open().save(one, keys), (e) => hasCode(e, 'account.notSaved'));
      await open().save(withProfile, undefined);
      assert.equal(open().current?.id, 'withProfile');
    });
  });

  describe('in two windows', () => {
    it('shares a sign-in and a sign-out', async () => {
      const thisWindow = open();
      // As in browsers, where open windows do not share their state.
      const otherWindow = open({ global: new State(), workspace: new State() });
      const seen: unknown[] = [];
      otherWindow.onDidChange((now) => seen.push(now?.id));
      await thisWindow.save(one, keys);
      await settled();
      assert.deepEqual(otherWindow.current, one);
      await thisWindow.remove('one');
      await settled();
      assert.equal(otherWindow.current, undefined);
      assert.deepEqual(seen, ['one', undefined]);
    });

    it('shares new keys and a new name', async () => {
      const thisWindow = open();
      await thisWindow.save(one, keys);
      const otherWindow = openOtherWorkspace();
      const seen: unknown[] = [];
      otherWindow.onDidChange((now) => seen.push([now?.name, now?.keysSetAt]));
      await thisWindow.save(
        { ...one, keysSetAt: 2 },
        { ...keys, accessKeySecret: new Secret('new') },
      );
      await settled();
      await thisWindow.update({ ...one, keysSetAt: 2, name: 'renamed' });
      await settled();
      assert.deepEqual(seen, [
        ['••••0001', 2],
        ['renamed', 2],
      ]);
      assert.equal((await otherWindow.storedKeys('one')).accessKeySecret.reveal(), 'new');
    });

    it('shares accounts whose keys are in a CLI profile', async () => {
      const thisWindow = open();
      const otherWindow = openOtherWorkspace();
      await thisWindow.save(withProfile, undefined);
      await settled();
      assert.deepEqual(otherWindow.current, withProfile);
      await thisWindow.remove('withProfile');
      await settled();
      assert.equal(otherWindow.current, undefined);
    });

    it('does not lose accounts that the other window added', async () => {
      const thisWindow = open();
      const otherWindow = openOtherWorkspace();
      keyring.listeners.clear();
      await thisWindow.save(one, keys);
      await otherWindow.save(two, keys);
      await thisWindow.update({ ...one, name: 'renamed' });
      assert.deepEqual(
        open().all.map(({ name }) => name),
        ['renamed', 'second'],
      );
    });
  });

  it('removes the keys and the account on sign-out', async () => {
    const store = open();
    await store.save(one, keys);
    const seen: unknown[] = [];
    store.onDidChange((now) => seen.push(now));
    await store.remove('one');
    await assert.rejects(store.storedKeys('one'), (e) => hasCode(e, 'account.keysGone'));
    assert.equal(keyring.texts.size, 0);
    assert.deepEqual(seen, [undefined]);
  });

  it('reports keys that the keyring has lost, and keeps the account', async () => {
    const store = open();
    await store.save(one, keys);
    keyring.texts.clear();
    await assert.rejects(store.storedKeys('one'), (e) => hasCode(e, 'account.keysGone'));
    assert.deepEqual(store.current, one);
  });

  it('ignores invalid state, and does not quote invalid secrets', async () => {
    const invalid = [
      ...[null, 7, 'x', [], { version: 2 }, { version: 1, accounts: [{ id: 3 }] }],
      { version: 1, accounts: [{ ...one, endpoint: 'http://evil.example.com' }], defaultId: 'one' },
      { version: 1, accounts: [{ ...one, keySource: { kind: 'program' } }], defaultId: 'one' },
    ];
    for (const value of invalid) {
      global.values.set('edasPackages.accounts', value);
      assert.equal(open().current, undefined, JSON.stringify(value));
    }
    global.values.clear();
    const store = open();
    await store.save(one, keys);
    keyring.texts.set('edasPackages.account.one', '{"version":1,"accessKeyId":"marked');
    await assert.rejects(
      store.storedKeys('one'),
      (e: Error) => !`${e.message}${String(e.cause)}`.includes('marked'),
    );
  });
});
