import assert from 'node:assert/strict';
import { isCoded } from '../../../../src/core/errors';
import { Secret } from '../../../../src/core/secret';
import { AccountStore } from '../../../../src/features/accounts/store';
import type { Account } from '../../../../src/kit/account';

type Listener = (event: { readonly key: string }) => unknown;

/** One keyring that several windows share. */
class Keyring {
  readonly texts = new Map<string, string>();
  readonly listeners = new Set<Listener>();
  keeps = true;

  readonly get = (key: string): Promise<string | undefined> => Promise.resolve(this.texts.get(key));
  readonly store = (key: string, text: string): Promise<void> => {
    if (this.keeps) {
      this.texts.set(key, text);
    }
    return this.tell(key);
  };
  readonly delete = (key: string): Promise<void> => {
    this.texts.delete(key);
    return this.tell(key);
  };
  readonly onDidChange = (listener: Listener): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };

  private tell(key: string): Promise<void> {
    this.listeners.forEach((listener) => void listener({ key }));
    return Promise.resolve();
  }
}

class State {
  readonly values = new Map<string, unknown>();
  readonly get = (key: string): undefined => this.values.get(key) as undefined;
  readonly update = (key: string, value: unknown): Promise<void> => {
    this.values.set(key, JSON.parse(JSON.stringify(value)));
    return Promise.resolve();
  };
}

const account: Account = { id: 'one', name: '••••0001', regionId: 'cn-hangzhou', keyHint: '0001' };
const keys = {
  accessKeyId: 'LTAI5tSandboxKey0001',
  accessKeySecret: new Secret('marked-secret'),
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('AccountStore', () => {
  let keyring: Keyring;
  let state: State;
  const open = (own = state): AccountStore => new AccountStore(keyring, own);
  beforeEach(() => {
    keyring = new Keyring();
    state = new State();
  });

  it('gives back what it kept, also after a restart', async () => {
    const store = open();
    assert.equal(store.current, undefined);
    await store.keep(account, keys);
    for (const one of [store, open()]) {
      assert.deepEqual(one.current, account);
      const { accessKeyId, accessKeySecret } = await one.keys();
      assert.equal(accessKeyId, keys.accessKeyId);
      assert.equal(accessKeySecret.reveal(), 'marked-secret');
    }
  });

  it('puts neither the secret nor the whole AccessKey ID into the state', async () => {
    await open().keep(account, keys);
    const text = JSON.stringify([...state.values]);
    assert.doesNotMatch(text, /marked-secret|LTAI5t/);
  });

  it('keeps an STS triple whole', async () => {
    const store = open();
    await store.keep(account, { ...keys, securityToken: new Secret('marked-token') });
    assert.equal((await store.keys()).securityToken?.reveal(), 'marked-token');
  });

  it('says account.notKept when the keyring forgets, and keeps no half', async () => {
    keyring.keeps = false;
    const store = open();
    await assert.rejects(store.keep(account, keys), (e) => isCoded(e, 'account.notKept'));
    assert.equal(store.current, undefined);
  });

  it('removes the keys of the account that was there before', async () => {
    const store = open();
    await store.keep(account, keys);
    await store.keep({ ...account, id: 'two' }, keys);
    assert.equal(store.current?.id, 'two');
    assert.deepEqual([...keyring.texts.keys()], ['edasPackages.account.two']);
  });

  it('removes keys and account at sign-out', async () => {
    const store = open();
    await store.keep(account, keys);
    const seen: unknown[] = [];
    store.onDidChange((now) => seen.push(now));
    await store.remove('one');
    await assert.rejects(store.keys(), (e) => isCoded(e, 'account.signedOut'));
    assert.equal(keyring.texts.size, 0);
    assert.deepEqual(seen, [undefined]);
  });

  it('agrees with another window about a sign-in and a sign-out', async () => {
    const here = open();
    const there = open(new State());
    const seen: unknown[] = [];
    there.onDidChange((now) => seen.push(now?.id));
    await here.keep(account, keys);
    await settled();
    assert.deepEqual(there.current, account);
    await here.remove('one');
    await settled();
    assert.equal(there.current, undefined);
    assert.deepEqual(seen, ['one', undefined]);
  });

  it('signs out when the keyring has lost the keys', async () => {
    const store = open();
    await store.keep(account, keys);
    keyring.texts.clear();
    await assert.rejects(store.keys(), (e) => isCoded(e, 'account.keysGone'));
    assert.equal(store.current, undefined);
  });

  it('takes odd state and odd secrets for nothing', async () => {
    for (const odd of [null, 7, 'x', [], { version: 2 }, { version: 1, accounts: [{ id: 3 }] }]) {
      state.values.set('edasPackages.accounts', odd);
      assert.equal(open().current, undefined, JSON.stringify(odd));
    }
    state.values.clear();
    const store = open();
    await store.keep(account, keys);
    keyring.texts.set('edasPackages.account.one', '{"version":1,"accessKeyId":"marked');
    await assert.rejects(
      store.keys(),
      (e: Error) => !`${e.message}${String(e.cause)}`.includes('marked'),
    );
  });
});
