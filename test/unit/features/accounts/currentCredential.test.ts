import assert from 'node:assert/strict';
import { ServerClock } from '../../../../src/core/util/clock';
import { Emitter } from '../../../../src/core/util/emitter';
import { silentLog } from '../../../../src/core/util/log';
import { Secret } from '../../../../src/core/util/secret';
import { CredentialSession } from '../../../../src/core/credential/session';
import {
  AccountStore,
  registerAccounts,
  type AccountServices,
} from '../../../../src/features/accounts';
import { saveWithCredential } from '../../../../src/features/accounts/credentialIdentity';
import { registerCredential, type CredentialDeps } from '../../../../src/features/credential';
import { account } from '../../support/account';
import { credential, now } from '../../support/credential';
import { fakeWindow, press } from '../../support/fakeWindow';
import { Keyring, State } from './support/keyring';

const keys = { accessKeyId: 'LTAI5tStored', accessKeySecret: new Secret('stored-secret') };
const endpoint = 'edasPackages.endpoint';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

for (const accountsFirst of [true, false]) {
  const order = accountsFirst ? 'before' : 'after';
  describe(`Credential of the current account, with accounts registered ${order} the view`, () => {
    let store: AccountStore;
    let session: CredentialSession;
    /** IDs of the accounts whose credential was fetched. */
    let fetched: (string | undefined)[];
    let running: number;
    let cancelled: number;
    let registered: { dispose(): void }[];

    beforeEach(() => {
      fakeWindow.reset();
      fetched = [];
      running = 0;
      cancelled = 0;
      store = new AccountStore(new Keyring(), { global: new State() });
      session = new CredentialSession({
        fetch: () => {
          fetched.push(store.current?.id);
          return Promise.resolve(credential());
        },
        clock: new ServerClock(() => now),
      });
      const commands = { registerAll: () => ({ dispose: () => undefined }) };
      const services = {
        store,
        session,
        commands,
        log: silentLog,
        settings: { validate: () => undefined },
        uploads: {
          get running() {
            return running;
          },
          cancelAll: () => {
            cancelled += 1;
          },
        },
      } as unknown as AccountServices;
      const view = {
        ...services,
        accounts: store,
        hoverFacts: { facts: [], onDidChangeFacts: new Emitter<void>().event },
        state: new State(),
      } as unknown as CredentialDeps;
      const register = [() => registerAccounts(services), () => registerCredential(view)];
      registered = (accountsFirst ? register : register.reverse()).map((feature) => feature());
    });
    afterEach(() => [...registered, session, store].forEach((disposable) => disposable.dispose()));

    const signIn = async (change: Parameters<typeof account>[0] = {}): Promise<void> => {
      await store.save(account(change), keys);
      await settled();
    };

    it('is fetched for a visible view after a sign-in and after each switch of accounts', async () => {
      await signIn();
      await signIn({ id: 'two' });
      await store.setCurrent('one');
      await settled();
      assert.deepEqual(fetched, ['one', 'two', 'one']);
      assert.equal(session.state.kind, 'held');
    });

    it('is the one that the sign-in fetched, without a second request to EDAS', async () => {
      await signIn();
      const issued = credential({ requestId: 'sign-in' });
      const next = account({ id: 'two' });
      await saveWithCredential({ store, session }, next, issued, () => store.save(next, keys));
      await settled();
      assert.deepEqual(session.state, { kind: 'held', credential: issued });
      assert.deepEqual(fetched, ['one']);
    });

    it('is not replaced by that of a sign-in that was not saved', async () => {
      await signIn();
      const next = account({ keysSetAt: 5 });
      await saveWithCredential({ store, session }, next, credential({ requestId: 'x' }), () =>
        store.update(account({ name: 'renamed meanwhile' })),
      );
      assert.equal(
        session.state.kind === 'held' && session.state.credential.requestId !== 'x',
        true,
      );
    });

    it('is removed when the endpoint setting changes, and not fetched automatically', async () => {
      await signIn();
      fakeWindow.changeSetting(endpoint, 'https://edas.example.com');
      await settled();
      assert.equal(session.state.kind, 'none');
      assert.deepEqual(fetched, ['one']);
    });

    it('is kept when another setting changes, or the endpoint is only written differently', async () => {
      fakeWindow.changeSetting(endpoint, 'https://edas.example.com');
      await signIn();
      fakeWindow.changeSetting('edasPackages.autoRenew', true);
      fakeWindow.changeSetting(endpoint, 'edas.example.com/');
      await settled();
      assert.equal(session.state.kind, 'held');
    });

    it('is kept for an account with its own endpoint', async () => {
      await signIn({ endpoint: 'https://own.example.com' });
      running = 1;
      fakeWindow.changeSetting(endpoint, 'https://edas.example.com');
      await settled();
      assert.equal(session.state.kind, 'held');
      assert.deepEqual(fakeWindow.messages, []);
    });

    it('is kept when the person does not agree to stop running uploads', async () => {
      await signIn();
      running = 1;
      fakeWindow.changeSetting(endpoint, 'https://edas.example.com');
      await settled();
      assert.equal(fakeWindow.messages[0]?.modal, true);
      assert.equal(session.state.kind, 'held');
      assert.equal(cancelled, 0);
    });

    it('is removed, and running uploads are cancelled, when the person agrees', async () => {
      await signIn();
      running = 1;
      fakeWindow.script(press('Change Endpoint'));
      fakeWindow.changeSetting(endpoint, 'https://edas.example.com');
      await settled();
      assert.equal(session.state.kind, 'none');
      assert.equal(cancelled, 1);
    });
  });
}
