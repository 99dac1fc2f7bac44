import { l10n } from 'vscode';
import type { Account } from '../../../common/account';

/** Says whether removing the account deletes its keys: only stored keys are deleted. */
export function removalDetail({ keySource }: Account): string {
  return keySource.kind === 'stored'
    ? l10n.t('Its keys are removed from the secret store of this computer.')
    : l10n.t('Its keys stay where they are stored.');
}

/** Message after a sign-out. */
export function signedOutText({ keySource }: Account): string {
  return keySource.kind === 'stored'
    ? l10n.t('Signed out of EDAS; the AccessKey was removed.')
    : l10n.t('Signed out of EDAS; the keys stay where they are stored.');
}
