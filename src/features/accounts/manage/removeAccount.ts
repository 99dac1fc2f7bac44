import { l10n } from 'vscode';
import type { Account } from '../../../common/account';
import { confirmCancelUploads } from './confirmCancelUploads';
import { pickAccount } from './pickAccount';
import { signedOutText, removalDetail } from './removalText';
import type { AccountServices } from '../services';
import { safeWindow } from '../../../common/vscode/safeWindow';

/** Removes the current account and its stored keys. */
export async function signOut(services: AccountServices): Promise<void> {
  const account = services.store.current;
  if (account !== undefined && (await confirmCancelUploads(services, l10n.t('Sign Out')))) {
    await services.store.remove(account.id);
    services.log.info('signed out');
    safeWindow.showStatus(signedOutText(account), 5000);
  }
}

/** Removes an account that the person picks, and its stored keys. */
export async function removeAccount(services: AccountServices): Promise<void> {
  const { store, log } = services;
  const account = await pickAccount(store, {
    title: l10n.t('EDAS: Remove Account'),
    placeholder: l10n.t('Account to remove from this computer'),
    offersAdd: false,
  });
  if (account === undefined || account === 'add' || !(await confirm(account))) {
    return;
  }
  if (
    account.id === store.current?.id &&
    !(await confirmCancelUploads(services, l10n.t('Remove')))
  ) {
    return;
  }
  await store.remove(account.id);
  log.info('removed an account');
  safeWindow.showStatus(l10n.t('The account “{0}” was removed.', account.name), 5000);
}

async function confirm(account: Account): Promise<boolean> {
  const remove = l10n.t('Remove');
  const chosen = await safeWindow.showWarningMessage(
    l10n.t('Remove the account “{0}”?', account.name),
    { modal: true, detail: removalDetail(account) },
    remove,
  );
  return chosen === remove;
}
