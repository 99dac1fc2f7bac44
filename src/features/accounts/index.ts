import { l10n, workspace } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { commandIds, type CommandId } from '../../kit/commandIds';
import { ContextKey } from '../../kit/contextKey';
import { Disposables } from '../../kit/disposables';
import { settingsSection } from '../../kit/settings';
import { mayEndUploads } from './endingUploads';
import { identityOf } from './identity';
import type { AccountServices, SignInServices } from './services';
import type { AccountStore } from './store';

export { AccountKeys } from './accountKeys';
export { CredentialFetcher } from './fetcher';
export { AccountStore } from './store';
export type { AccountServices, SignInServices } from './services';

/** Signing in and out, and the accounts. What asks a person loads when it is first asked for. */
export function registerAccounts(services: AccountServices): Disposable {
  const { store, session, settings } = services;
  const ends = new Disposables();
  ends.add(tellMenus(store));
  let asksAs = identityOf(store.current);
  ends.add(
    store.onDidChange((account) => {
      const now = identityOf(account);
      if (now !== asksAs) {
        asksAs = now;
        session.reset();
      }
    }),
  );
  ends.add(
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(settingsSection)) {
        settings.look();
      }
    }),
  );
  const register = (id: CommandId, handler: () => unknown): void => {
    ends.add(services.commands.register(id, handler));
  };
  register(commandIds.signIn, () => signInOrAgain(services));
  register(commandIds.signOut, async () => (await import('./removeAccount')).signOut(services));
  register(commandIds.switchAccount, async () =>
    (await import('./switchAccount')).switchAccount(services),
  );
  register(commandIds.addAccount, () => addAccount(services));
  register(commandIds.editAccount, async () =>
    (await import('./editAccount')).editAccount(services),
  );
  register(commandIds.renameAccount, async () =>
    (await import('./editAccount')).renameAccount(services),
  );
  register(commandIds.removeAccount, async () =>
    (await import('./removeAccount')).removeAccount(services),
  );
  register(commandIds.selectRegion, async () =>
    (await import('./editAccount')).selectRegion(services),
  );
  register(commandIds.testConnection, async () =>
    (await import('./testConnection')).testConnection(services),
  );
  return ends;
}

/** Signs in when nobody is; false when the person left. */
export async function ensureSignedIn(services: SignInServices): Promise<boolean> {
  return (
    services.store.current !== undefined || (await import('./switchAccount')).chooseOrAdd(services)
  );
}

/** Signs in; for an account that is signed in already, its keys are asked for anew. */
async function signInOrAgain(services: AccountServices): Promise<void> {
  const { store } = services;
  const { renewKeys, welcome } = await import('./signingIn');
  const { chooseOrAdd } = await import('./switchAccount');
  const account = store.current;
  if (account === undefined ? await chooseOrAdd(services) : await renewKeys(services, account)) {
    void welcome(store.current);
  }
}

async function addAccount(services: AccountServices): Promise<void> {
  if (await mayEndUploads(services, l10n.t('Add Account'))) {
    const signingIn = await import('./signingIn');
    if (await signingIn.addAccount(services, { asksName: true })) {
      void signingIn.welcome(services.store.current);
    }
  }
}

/** Which menus and welcome texts make sense. */
function tellMenus(store: AccountStore): Disposable {
  const ends = new Disposables();
  // Two keys, because an unset key reads as false: before the extension runs, neither holds.
  const signedIn = ends.add(new ContextKey('edasPackages.signedIn'));
  const signedOut = ends.add(new ContextKey('edasPackages.signedOut'));
  const hasAccounts = ends.add(new ContextKey('edasPackages.hasAccounts'));
  const tell = (): void => {
    signedIn.set(store.current !== undefined);
    signedOut.set(store.current === undefined);
    hasAccounts.set(store.all.length > 0);
  };
  tell();
  ends.add(store.onDidChange(tell));
  return ends;
}
