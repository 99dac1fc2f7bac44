import { randomUUID } from 'node:crypto';
import { commands, l10n } from 'vscode';
import type { Account } from '../../common/account';
import { commandIds } from '../../common/vscode/commandIds';
import { logFailure } from '../../common/vscode/log';
import { lastFour } from '../../common/messages/masked';
import { regionName } from '../../common/messages/regionNames';
import { endpointSetting } from '../../common/settings/settings';
import { saveWithCredential } from './credentialIdentity';
import { keepAccount } from './keepAccount';
import type { SignInServices } from './services';
import { runSignInWizard, type VerifiedKeys, type SignInQuestions } from './signIn';
import { safeWindow } from '../../common/vscode/safeWindow';

/** Signs in to an account that is not here yet. @returns false when the person left */
export async function addAccount(
  services: SignInServices,
  { asksName }: { asksName: boolean },
): Promise<boolean> {
  const { all, current } = services.store;
  const proven = await ask(services, undefined, {
    title: asksName ? l10n.t('EDAS: Add Account') : l10n.t('EDAS: Sign In'),
    asksName: asksName && all.length > 0,
    start: current === undefined ? {} : { regionId: current.regionId },
  });
  return proven !== undefined && saveSignIn(services, randomUUID(), proven.name, proven);
}

/** Asks for the keys of an account anew. @returns false when the person left */
export async function renewKeys(services: SignInServices, account: Account): Promise<boolean> {
  const { name, regionId, endpoint } = account;
  const proven = await ask(services, account, {
    title: l10n.t('EDAS: Sign In to “{0}”', name),
    asksName: false,
    start: { name, regionId, ...(endpoint !== undefined && { endpoint }) },
  });
  return proven !== undefined && saveSignIn(services, account.id, name, proven);
}

async function ask(
  { store, keys, fetcher, reporter, log }: SignInServices,
  account: Account | undefined,
  questions: Pick<SignInQuestions, 'asksName' | 'start' | 'title'>,
): Promise<VerifiedKeys | undefined> {
  return runSignInWizard({
    ...questions,
    offer: await keys.offer(),
    otherNames: store.all.filter(({ id }) => id !== account?.id).map(({ name }) => name),
    endpointSetting: endpointSetting(),
    resolve: (source, signal) => keys.of(source, signal),
    verify: (found, place, signal) => fetcher.ask(found, place, signal),
    refused: (error, shown) =>
      shown
        ? logFailure(log, error)
        : void reporter.report(error, { without: ['fetchAgain', 'signIn'] }),
  });
}

/** What EDAS answered on the way becomes the session's credential. */
async function saveSignIn(
  services: SignInServices,
  id: string,
  name: string,
  { keys, source, regionId, endpoint, credential }: VerifiedKeys,
): Promise<boolean> {
  const { store, log } = services;
  const network = store.find(id)?.network;
  const account: Account = {
    ...{ id, name, regionId },
    ...(endpoint !== undefined && { endpoint }),
    ...(network !== undefined && { network }),
    keySource: source ?? { kind: 'kept', accountId: id },
    keyHint: lastFour(keys.accessKeyId),
    keysSetAt: Date.now(),
  };
  const kept = await saveWithCredential(services, account, credential, () =>
    keepAccount(services, account, source === undefined ? keys : undefined),
  );
  if (kept) {
    log.info(`signed in, region ${regionId}, request ${credential.requestId}`);
  }
  return kept;
}

/** After a sign-in that was asked for by itself: says so and leads on. */
export async function showSignedIn(account: Account | undefined): Promise<void> {
  if (account === undefined) {
    return;
  }
  const show = l10n.t('Show Credential');
  const upload = l10n.t('Upload File…');
  const chosen = await safeWindow.showInformationMessage(
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
