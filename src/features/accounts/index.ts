import { l10n, workspace } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import { setContext } from '../../common/vscode/contextKey';
import { DisposableStore } from '../../common/vscode/disposables';
import { endpointSetting, settingsSection } from '../../common/settings/settings';
import { confirmCancelUploads } from './manage/confirmCancelUploads';
import { credentialIdentity } from './credentialIdentity';
import type { AccountServices, SignInServices } from './accountServices';
import type { AccountStore } from './store';

export { AccountKeys } from './accountKeys';
export { CredentialFetcher } from './fetcher';
export { AccountStore } from './store';
export type { AccountServices, SignInServices } from './accountServices';

/** Registers sign-in, sign-out and account management. The dialogs load at first use. */
export function registerAccounts(services: AccountServices): Disposable {
  const { store, session, settings } = services;
  const disposables = new DisposableStore();
  let identity = credentialIdentity(store.current);
  let endpoint = endpointSetting();
  updateContextKeys(store);
  disposables.addAll(
    store.onDidChange(() => updateContextKeys(store)),
    store.onDidChange((account) => {
      const now = credentialIdentity(account);
      if (now !== identity) {
        identity = now;
        session.reset();
      }
    }),
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
    services.commands.registerAll({
      signIn: () => signIn(services),
      signOut: async () => (await import('./manage/removeAccount')).signOut(services),
      switchAccount: async () => (await import('./manage/switchAccount')).switchAccount(services),
      addAccount: () => addAccount(services),
      editAccount: async () => (await import('./manage/editAccount')).editAccount(services),
      renameAccount: async () => (await import('./manage/editAccount')).renameAccount(services),
      removeAccount: async () => (await import('./manage/removeAccount')).removeAccount(services),
      selectRegion: async () => (await import('./manage/editAccount')).selectRegion(services),
      testConnection: async () =>
        (await import('./manage/testConnection')).testConnection(services),
    }),
  );
  return disposables;
}

/** Signs in if nobody is signed in. @returns false when the person cancelled */
export async function ensureSignedIn(services: SignInServices): Promise<boolean> {
  return (
    services.store.current !== undefined ||
    (await import('./manage/switchAccount')).selectOrSignIn(services)
  );
}

/** Signs in; if an account is signed in already, prompts for its new keys. */
async function signIn(services: AccountServices): Promise<void> {
  const { store } = services;
  const { renewKeys, showSignedIn } = await import('./signIn/signIn');
  const { selectOrSignIn } = await import('./manage/switchAccount');
  const account = store.current;
  if (account === undefined ? await selectOrSignIn(services) : await renewKeys(services, account)) {
    showSignedIn(services);
  }
}

async function addAccount(services: AccountServices): Promise<void> {
  if (await confirmCancelUploads(services, l10n.t('Add Account'))) {
    const signingIn = await import('./signIn/signIn');
    if (await signingIn.signInToNewAccount(services)) {
      signingIn.showSignedIn(services);
    }
  }
}

/**
 * A changed endpoint setting leads the current account to another EDAS, unless it has its own endpoint. Nothing is
 * fetched automatically, because the setting may be incomplete while it is typed.
 */
async function resetForEndpoint(services: AccountServices): Promise<void> {
  const { store, session } = services;
  const usesSetting = (): boolean =>
    store.current !== undefined && store.current.endpoint === undefined;
  if (
    usesSetting() &&
    (await confirmCancelUploads(services, l10n.t('Change Endpoint'))) &&
    usesSetting()
  ) {
    session.reset();
  }
}

/** Context keys for menus and welcome texts. */
function updateContextKeys(store: AccountStore): void {
  // Two keys, because an unset key is false: before activation, neither is true.
  setContext('edasPackages.signedIn', store.current !== undefined);
  setContext('edasPackages.signedOut', store.current === undefined);
  setContext('edasPackages.hasAccounts', store.all.length > 0);
}
