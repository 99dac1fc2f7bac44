import { l10n } from 'vscode';
import type { Account } from '../../common/account';
import { confirmCancelUploads } from './endingUploads';
import type { AccountServices } from './services';
import { renewKeys } from './signingIn';

/** Asks for the keys of an account anew, once nothing keeps one from it. */
export async function changeKeys(services: AccountServices, account: Account): Promise<void> {
  if (await confirmChange(services, account)) {
    await renewKeys(services, account);
  }
}

/** What steers requests of the current account ends the uploads that run with it. */
export async function confirmChange(services: AccountServices, { id }: Account): Promise<boolean> {
  return (
    id !== services.store.current?.id || confirmCancelUploads(services, l10n.t('Change Account'))
  );
}
