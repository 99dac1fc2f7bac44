import { randomUUID } from 'node:crypto';
import { commands, l10n, window } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Log } from '../../core/log';
import type { CredentialSession } from '../../core/session/session';
import { commandIds } from '../../kit/commandIds';
import type { Commands } from '../../kit/commands';
import { ContextKey } from '../../kit/contextKey';
import { Disposables } from '../../kit/disposables';
import { logFailure } from '../../kit/log';
import { lastFour, masked } from '../../kit/masked';
import { regionName } from '../../kit/regionNames';
import type { Reporter } from '../../kit/report';
import { endpointSetting } from '../../kit/settings';
import type { CredentialFetcher } from './fetcher';
import { askForKeys } from './signIn';
import type { AccountStore } from './store';

export { CredentialFetcher } from './fetcher';
export { AccountStore } from './store';

/** What signing in needs. */
export interface SignInDeps {
  readonly store: AccountStore;
  readonly fetcher: CredentialFetcher;
  readonly session: CredentialSession;
  readonly reporter: Reporter;
  readonly log: Log;
}

export interface AccountsDeps extends SignInDeps {
  readonly commands: Commands;
  /** Uploads that a sign-out would end. */
  readonly uploads: { readonly running: number; cancelAll(): void };
}

/** Signing in and out. */
export function registerAccounts(deps: AccountsDeps): Disposable {
  const { store, session } = deps;
  const ends = new Disposables();
  // Two keys, because an unset key reads as false: before the extension runs, neither holds.
  const signedIn = ends.add(new ContextKey('edasPackages.signedIn'));
  const signedOut = ends.add(new ContextKey('edasPackages.signedOut'));
  const tellMenus = (): void => {
    signedIn.set(store.current !== undefined);
    signedOut.set(store.current === undefined);
  };
  tellMenus();
  ends.add(
    store.onDidChange(() => {
      tellMenus();
      session.reset();
    }),
  );
  ends.add(
    deps.commands.register(commandIds.signIn, async () => {
      if (await signIn(deps)) {
        void welcome(store);
      }
    }),
  );
  ends.add(deps.commands.register(commandIds.signOut, () => signOut(deps)));
  return ends;
}

/** Signs in when nobody is; false when the person left. */
export async function ensureSignedIn(deps: SignInDeps): Promise<boolean> {
  return deps.store.current !== undefined || signIn(deps);
}

/**
 * Signs in, asking for everything; what EDAS answered on the way becomes the session's credential.
 * @returns false when the person left
 */
async function signIn({ store, fetcher, session, reporter, log }: SignInDeps): Promise<boolean> {
  const proven = await askForKeys({
    endpoint: endpointSetting(),
    regionId: store.current?.regionId,
    prove: (keys, regionId, signal) => fetcher.ask(keys, regionId, signal),
    refused: (error, shown) =>
      shown
        ? logFailure(log, error)
        : void reporter.report(error, { without: ['fetchAgain', 'signIn'] }),
  });
  if (proven === undefined) {
    return false;
  }
  const { keys, regionId, credential } = proven;
  const account = {
    id: randomUUID(),
    name: masked(keys.accessKeyId),
    regionId,
    keyHint: lastFour(keys.accessKeyId),
  };
  fetcher.takeAsProof(account.id, credential);
  await store.keep(account, keys);
  await session.current();
  log.info(`signed in, region ${regionId}, request ${credential.requestId}`);
  return true;
}

async function signOut({ store, uploads, log }: AccountsDeps): Promise<void> {
  const account = store.current;
  if (account === undefined) {
    return;
  }
  if (uploads.running > 0) {
    const yes = l10n.t('Sign Out');
    const chosen = await window.showWarningMessage(
      l10n.t('An upload is running. Signing out ends it.'),
      { modal: true },
      yes,
    );
    if (chosen !== yes) {
      return;
    }
    uploads.cancelAll();
  }
  await store.remove(account.id);
  log.info('signed out');
  window.setStatusBarMessage(l10n.t('Signed out of EDAS; the AccessKey was removed.'), 5000);
}

/** After a sign-in that was asked for by itself: says so and leads on. */
async function welcome(store: AccountStore): Promise<void> {
  const account = store.current;
  if (account === undefined) {
    return;
  }
  const show = l10n.t('Show Credential');
  const upload = l10n.t('Upload File…');
  const chosen = await window.showInformationMessage(
    l10n.t('Signed in to EDAS, {0}.', regionName(account.regionId, l10n)),
    show,
    upload,
  );
  if (chosen === show) {
    await commands.executeCommand('edasPackages.credential.focus');
  } else if (chosen === upload) {
    await commands.executeCommand(commandIds.uploadFile);
  }
}
