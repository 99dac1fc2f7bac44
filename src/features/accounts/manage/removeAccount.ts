import { l10n } from 'vscode';
import type { Account } from '../../../common/account';
import { confirmCancelUploads } from './confirmCancelUploads';
import { pickAccount } from './pickAccount';
import type { AccountServices } from '../accountServices';
import { safeWindow } from '../../../common/vscode/safeWindow';

/** Removes the current account and its stored keys. */
export async function signOut(services: AccountServices): Promise<void> {
  const account = services.store.current;
  if (account !== undefined && (await confirmCancelUploads(services, l10n.t('Sign Out')))) {
    await services.store.remove(account.id);
    services.log.info('signed out');
    safeWindow.showStatus(signedOutText(account));
  }
}

/** Removes an account that the person picks, and its stored keys. */
export async function removeAccount(services: AccountServices): Promise<void> {
  const { store, log } = services;
  const account = await pickAccount(
    store,
    l10n.t('EDAS: Remove Account'),
    l10n.t('Account to remove from this computer'),
  );
  const remove = l10n.t('Remove');
  if (
    account === undefined ||
    !(await safeWindow.confirm(
      l10n.t('Remove the account “{0}”?', account.name),
      removalDetail(account),
      remove,
    )) ||
    (account.id === store.current?.id && !(await confirmCancelUploads(services, remove)))
  ) {
    return;
  }
  await store.remove(account.id);
  log.info('removed an account');
  safeWindow.showStatus(l10n.t('The account “{0}” was removed.', account.name));
}

/** Says whether removing the account deletes its keys: only stored keys are deleted. */
export function removalDetail({ keySource }: Account): string {
  return keySource.kind === 'stored'
    ? l10n.t('Its keys will be deleted from VS Code’s secret storage.')
    : l10n.t('Its keys will not be deleted.');
}

/** Message after a sign-out. */
export function signedOutText({ keySource }: Account): string {
  return keySource.kind === 'stored'
    ? l10n.t('Signed out of EDAS. The AccessKey was deleted.')
    : l10n.t('Signed out of EDAS. The keys were not deleted.');
}
