import { randomUUID } from 'node:crypto';
import { l10n } from 'vscode';
import type { Account } from '../../../common/account';
import { commandIds } from '../../../common/vscode/commandIds';
import { logFailure } from '../../../common/vscode/log';
import { lastFour } from '../../../common/messages/masked';
import { regionName } from '../../../common/messages/regionNames';
import { endpointSetting } from '../../../common/settings/settings';
import { saveWithCredential } from '../credentialIdentity';
import { saveAccount } from '../saveAccount';
import type { SignInServices } from '../accountServices';
import { runSignInWizard, type VerifiedKeys, type SignInWizardOptions } from './signInWizard';
import { commandButton } from '../../../common/vscode/reporter';
import { focusView } from '../../../common/vscode/viewIds';

/** Signs in to a new account. @returns false when the person cancelled */
export async function signInToNewAccount(services: SignInServices): Promise<boolean> {
  const { all, current } = services.store;
  const isFirst = all.length === 0;
  const verified = await runWizard(services, undefined, {
    title: isFirst ? l10n.t('EDAS: Sign In') : l10n.t('EDAS: Add Account'),
    promptsForName: !isFirst,
    initial: current === undefined ? {} : { regionId: current.regionId },
  });
  return verified !== undefined && saveSignIn(services, randomUUID(), verified.name, verified);
}

/** Prompts for new keys of an account. @returns false when the person cancelled */
export async function renewKeys(services: SignInServices, account: Account): Promise<boolean> {
  const { name, regionId, endpoint } = account;
  const verified = await runWizard(services, account, {
    title: l10n.t('EDAS: Sign In to “{0}”', name),
    promptsForName: false,
    initial: { name, regionId, endpoint },
  });
  return verified !== undefined && saveSignIn(services, account.id, name, verified);
}

async function runWizard(
  { store, keys, fetcher, reporter, log }: SignInServices,
  account: Account | undefined,
  options: Pick<SignInWizardOptions, 'promptsForName' | 'initial' | 'title'>,
): Promise<VerifiedKeys | undefined> {
  return runSignInWizard({
    ...options,
    discovered: await keys.discovered(),
    otherNames: store.all.filter(({ id }) => id !== account?.id).map(({ name }) => name),
    endpointSetting: endpointSetting(),
    resolve: (source, signal) => keys.of(source, signal),
    verify: (found, location, signal) => fetcher.fetchWith(found, location, signal),
    onRejected: (error, isShown) =>
      isShown
        ? logFailure(log, error)
        : void reporter.report(error, { without: ['fetchAgain', 'signIn'] }),
  });
}

/** Saves the account; the credential that EDAS issued becomes the session's. */
async function saveSignIn(
  services: SignInServices,
  id: string,
  name: string,
  { keys, source, regionId, endpoint, credential }: VerifiedKeys,
): Promise<boolean> {
  const { store, log } = services;
  const network = store.find(id)?.network;
  const account: Account = {
    id,
    name,
    regionId,
    endpoint,
    network,
    keySource: source ?? { kind: 'stored', accountId: id },
    keyHint: lastFour(keys.accessKeyId),
    keysSetAt: Date.now(),
  };
  const isSaved = await saveWithCredential(services, account, credential, () =>
    saveAccount(services, account, source === undefined ? keys : undefined),
  );
  if (isSaved) {
    log.info(`signed in, region ${regionId}, request ${credential.requestId}`);
  }
  return isSaved;
}

/** Shows that the person is signed in, and offers the next step. */
export function showSignedIn({ store, reporter }: SignInServices): void {
  if (store.current !== undefined) {
    const text = l10n.t('Signed in to EDAS: {0}.', regionName(store.current.regionId));
    void reporter.showMessage('info', text, [
      { label: l10n.t('Show Credential'), press: () => focusView('credential') },
      commandButton(l10n.t('Upload File…'), commandIds.uploadFile),
    ]);
  }
}
