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
const followed = account({
  id: 'followed',
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
  const openElsewhere = (): AccountStore => open({ global, workspace: new State() });
  const openWithoutFolder = (): AccountStore => new AccountStore(keyring, { global });

  describe('keeping', () => {
    it('gives back what it kept, also after a restart', async () => {
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

    it('keeps all that an account has', async () => {
      const full = account({ endpoint: 'https://edas.example.com', network: 'vpc' });
      await open().save(full, keys);
      assert.deepEqual(open().current, full);
    });

    it('puts neither the secret nor the whole AccessKey ID into the states', async () => {
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      await store.setCurrent('one');
      const text = JSON.stringify([...global.values, ...workspace.values]);
      assert.match(text, /second/);
      assert.doesNotMatch(text, /marked-secret|LTAI5t/);
    });

    it('keeps an STS triple whole', async () => {
      const store = open();
      await store.save(one, { ...keys, securityToken: new Secret('marked-token') });
      assert.equal((await store.storedKeys('one')).securityToken?.reveal(), 'marked-token');
    });

    it('keeps nothing secret of keys that are followed', async () => {
      const store = open();
      await store.save(followed, undefined);
      assert.deepEqual(open().current, followed);
      assert.doesNotMatch(keyring.texts.get('edasPackages.account.followed') ?? '', /accessKey/);
      await assert.rejects(store.storedKeys('followed'), (e) => hasCode(e, 'account.keysGone'));
    });

    it('changes an account and leaves its keys as they are', async () => {
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
    it('is the first one, and then the one that was added last', async () => {
      const store = open();
      await store.save(one, keys);
      assert.equal(store.current?.id, 'one');
      await store.save(two, keys);
      assert.equal(store.current.id, 'two');
      assert.equal(store.defaultAccount?.id, 'one');
    });

    it('is remembered per workspace, the default elsewhere', async () => {
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      assert.equal(open().current?.id, 'two');
      assert.equal(openElsewhere().current?.id, 'one');
      await openElsewhere().setDefault('two');
      await store.setCurrent('one');
      assert.equal(open().current?.id, 'one');
      assert.equal(openElsewhere().current?.id, 'two');
    });

    it('is the default when it was chosen without a workspace', async () => {
      const store = openWithoutFolder();
      await store.save(one, keys);
      await store.save(two, keys);
      assert.equal(openElsewhere().current?.id, 'two');
      await store.setCurrent('one');
      assert.equal(openElsewhere().current?.id, 'one');
      assert.equal(openWithoutFolder().current?.id, 'one');
    });

    it('is never replaced by one that nobody chose', async () => {
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

    it('does not change in any open window when another one becomes the default', async () => {
      const store = open();
      const there = openElsewhere();
      await store.save(one, keys);
      await settled();
      await there.save(two, keys);
      await settled();
      const seen: unknown[] = [];
      store.onDidChange((now) => seen.push(now?.id));
      await store.setDefault('two');
      assert.equal(store.defaultAccount?.id, 'two');
      assert.equal(store.current?.id, 'one');
      await there.setDefault('one');
      await there.setDefault('two');
      // Of this every window hears, and reads the list again.
      await there.update({ ...two, name: 'renamed' });
      await settled();
      assert.equal(store.current.id, 'one');
      assert.deepEqual(new Set(seen), new Set(['one']));
      assert.equal(open().current?.id, 'two', 'where nobody chose, the next start is with it');
    });

    it('does not become the default where the one in use was removed by another window', async () => {
      const store = open();
      const there = openElsewhere();
      await store.save(one, keys);
      await settled();
      await there.save(two, keys);
      await there.setDefault('two');
      await there.remove('one');
      await settled();
      assert.equal(idOf(store.current), undefined);
      assert.deepEqual(store.all, [two]);
      await store.setCurrent('two');
      assert.equal(idOf(store.current), 'two');
    });

    it('is a new one also where the one in use was removed by another window', async () => {
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      const there = openElsewhere();
      await store.remove('one');
      await settled();
      assert.equal(idOf(there.current), undefined);
      await there.save(account({ id: 'three' }), keys);
      assert.equal(idOf(there.current), 'three');
    });

    it('is nobody where the chosen one was removed by another window', async () => {
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      await openElsewhere().remove('two');
      await settled();
      assert.equal(store.current, undefined);
    });

    it('comes back everywhere when the only account was replaced', async () => {
      const there = openElsewhere();
      const store = open();
      await store.save(one, keys);
      await there.remove('one');
      await store.save(two, keys);
      await settled();
      assert.equal(there.current?.id, 'two');
    });
  });

  describe('a keyring that keeps nothing', () => {
    beforeEach(() => {
      keyring.keeps = false;
    });

    it('is found out, and no half is kept', async () => {
      const store = open();
      await assert.rejects(store.save(one, keys), (e) => hasCode(e, 'account.notSaved'));
      assert.equal(store.current, undefined);
      assert.equal(global.values.size, 0);
    });

    it('leaves the session: in memory, not in the states', async () => {
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

    it('does not sign out of the account whose keys are typed anew', async () => {
      keyring.keeps = true;
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

    it('does not move to another account whose keys are typed anew', async () => {
      keyring.keeps = true;
      const store = open();
      await store.save(one, keys);
      await store.save(two, keys);
      await store.saveForSession({ ...one, keysSetAt: one.keysSetAt + 1 }, keys);
      assert.equal(store.current?.id, 'two');
    });

    it('does not hinder accounts whose keys are followed', async () => {
      const store = open();
      await store.save(followed, undefined);
      await store.update({ ...followed, name: 'renamed' });
      await settled();
      assert.equal(store.current?.name, 'renamed');
      assert.equal(open().current?.name, 'renamed');
    });

    it('is survived when it throws', async () => {
      keyring.store = () => Promise.reject(new Error('locked'));
      await assert.rejects(open().save(one, keys), (e) => hasCode(e, 'account.notSaved'));
      await open().save(followed, undefined);
      assert.equal(open().current?.id, 'followed');
    });
  });

  describe('two windows', () => {
    it('agree about a sign-in and a sign-out', async () => {
      const here = open();
      // As in browsers, whose windows do not share the state while they are open.
      const there = open({ global: new State(), workspace: new State() });
      const seen: unknown[] = [];
      there.onDidChange((now) => seen.push(now?.id));
      await here.save(one, keys);
      await settled();
      assert.deepEqual(there.current, one);
      await here.remove('one');
      await settled();
      assert.equal(there.current, undefined);
      assert.deepEqual(seen, ['one', undefined]);
    });

    it('agree about new keys and a new name', async () => {
      const here = open();
      await here.save(one, keys);
      const there = openElsewhere();
      const seen: unknown[] = [];
      there.onDidChange((now) => seen.push([now?.name, now?.keysSetAt]));
      await here.save({ ...one, keysSetAt: 2 }, { ...keys, accessKeySecret: new Secret('new') });
      await settled();
      await here.update({ ...one, keysSetAt: 2, name: 'renamed' });
      await settled();
      assert.deepEqual(seen, [
        ['••••0001', 2],
        ['renamed', 2],
      ]);
      assert.equal((await there.storedKeys('one')).accessKeySecret.reveal(), 'new');
    });

    it('agree about accounts whose keys are followed', async () => {
      const here = open();
      const there = openElsewhere();
      await here.save(followed, undefined);
      await settled();
      assert.deepEqual(there.current, followed);
      await here.remove('followed');
      await settled();
      assert.equal(there.current, undefined);
    });

    it('do not lose what the other has added', async () => {
      const here = open();
      const there = openElsewhere();
      keyring.listeners.clear();
      await here.save(one, keys);
      await there.save(two, keys);
      await here.update({ ...one, name: 'renamed' });
      assert.deepEqual(
        open().all.map(({ name }) => name),
        ['renamed', 'second'],
      );
    });
  });

  it('removes keys and account at sign-out', async () => {
    const store = open();
    await store.save(one, keys);
    const seen: unknown[] = [];
    store.onDidChange((now) => seen.push(now));
    await store.remove('one');
    await assert.rejects(store.storedKeys('one'), (e) => hasCode(e, 'account.keysGone'));
    assert.equal(keyring.texts.size, 0);
    assert.deepEqual(seen, [undefined]);
  });

  it('says so when the keyring has lost the keys, and keeps what it knows of the account', async () => {
    const store = open();
    await store.save(one, keys);
    keyring.texts.clear();
    await assert.rejects(store.storedKeys('one'), (e) => hasCode(e, 'account.keysGone'));
    assert.deepEqual(store.current, one);
  });

  it('takes odd state and odd secrets for nothing', async () => {
    const odd = [
      ...[null, 7, 'x', [], { version: 2 }, { version: 1, accounts: [{ id: 3 }] }],
      { version: 1, accounts: [{ ...one, endpoint: 'http://evil.example.com' }], defaultId: 'one' },
      { version: 1, accounts: [{ ...one, keySource: { kind: 'program' } }], defaultId: 'one' },
    ];
    for (const value of odd) {
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
