import { l10n } from 'vscode';
import type { Account } from '../../../common/account';
import { confirmCancelUploads } from './confirmCancelUploads';
import type { AccountServices } from '../services';
import { renewKeys } from '../signIn/signIn';

/** Prompts for new keys of an account, after confirmation if uploads are running. */
export async function changeKeys(services: AccountServices, account: Account): Promise<void> {
  if (await confirmChange(services, account)) {
    await renewKeys(services, account);
  }
}

/** A change of the current account cancels its running uploads, so it is confirmed first. */
export async function confirmChange(services: AccountServices, { id }: Account): Promise<boolean> {
  return (
    id !== services.store.current?.id || confirmCancelUploads(services, l10n.t('Change Account'))
  );
}
