import { l10n, workspace } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { commandIds, type CommandId } from '../../common/vscode/commandIds';
import { ContextKey } from '../../common/vscode/contextKey';
import { DisposableStore } from '../../common/vscode/disposables';
import { endpointSetting, settingsSection } from '../../common/settings/settings';
import { confirmCancelUploads } from './endingUploads';
import { credentialIdentity } from './credentialIdentity';
import type { AccountServices, SignInServices } from './services';
import type { AccountStore } from './store';

export { AccountKeys } from './accountKeys';
export { CredentialFetcher } from './fetcher';
export { AccountStore } from './store';
export type { AccountServices, SignInServices } from './services';

/** Signing in and out, and the accounts. What asks a person loads when it is first asked for. */
export function registerAccounts(services: AccountServices): Disposable {
  const { store, session, settings } = services;
  const disposables = new DisposableStore();
  disposables.add(updateContextKeys(store));
  let identity = credentialIdentity(store.current);
  disposables.add(
    store.onDidChange((account) => {
      const now = credentialIdentity(account);
      if (now !== identity) {
        identity = now;
        session.reset();
      }
    }),
  );
  let endpoint = endpointSetting();
  disposables.add(
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(settingsSection)) {
        settings.validate();
      }
      const before = endpoint;
      endpoint = endpointSetting();
      if (endpoint !== before) {
        void resetForEndpoint(services);
      }
    }),
  );
  const register = (id: CommandId, handler: () => unknown): void => {
    disposables.add(services.commands.register(id, handler));
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
  return disposables;
}

/** Signs in when nobody is; false when the person left. */
export async function ensureSignedIn(services: SignInServices): Promise<boolean> {
  return (
    services.store.current !== undefined ||
    (await import('./switchAccount')).pickOrAddAccount(services)
  );
}

/** Signs in; for an account that is signed in already, its keys are asked for anew. */
async function signInOrAgain(services: AccountServices): Promise<void> {
  const { store } = services;
  const { renewKeys, showSignedIn } = await import('./signingIn');
  const { pickOrAddAccount } = await import('./switchAccount');
  const account = store.current;
  if (
    account === undefined ? await pickOrAddAccount(services) : await renewKeys(services, account)
  ) {
    void showSignedIn(store.current);
  }
}

async function addAccount(services: AccountServices): Promise<void> {
  if (await confirmCancelUploads(services, l10n.t('Add Account'))) {
    const signingIn = await import('./signingIn');
    if (await signingIn.addAccount(services, { asksName: true })) {
      void signingIn.showSignedIn(services.store.current);
    }
  }
}

/**
 * Another endpoint in the settings leads the current account to another EDAS, unless it has an endpoint of its own.
 * Nothing is fetched by itself: the setting may be half typed.
 */
async function resetForEndpoint(services: AccountServices): Promise<void> {
  const { store, session } = services;
  const isConcerned = (): boolean =>
    store.current !== undefined && store.current.endpoint === undefined;
  if (
    isConcerned() &&
    (await confirmCancelUploads(services, l10n.t('Change Endpoint'))) &&
    isConcerned()
  ) {
    session.reset();
  }
}

/** Which menus and welcome texts make sense. */
function updateContextKeys(store: AccountStore): Disposable {
  const disposables = new DisposableStore();
  // Two keys, because an unset key reads as false: before the extension runs, neither holds.
  const signedIn = disposables.add(new ContextKey('edasPackages.signedIn'));
  const signedOut = disposables.add(new ContextKey('edasPackages.signedOut'));
  const hasAccounts = disposables.add(new ContextKey('edasPackages.hasAccounts'));
  const tell = (): void => {
    signedIn.set(store.current !== undefined);
    signedOut.set(store.current === undefined);
    hasAccounts.set(store.all.length > 0);
  };
  tell();
  disposables.add(store.onDidChange(tell));
  return disposables;
}
