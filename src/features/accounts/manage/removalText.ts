import type { Account } from '../../../common/account';
import type { L10n } from '../../../common/vscode/l10n';

/** Says whether removing the account deletes its keys: only stored keys are deleted. */
export function removalDetail({ keySource }: Account, l10n: L10n): string {
  return keySource.kind === 'stored'
    ? l10n.t('Its keys will be deleted from VS Code’s secret storage.')
    : l10n.t('Its keys will not be deleted.');
}

/** Message after a sign-out. */
export function signedOutText({ keySource }: Account, l10n: L10n): string {
  return keySource.kind === 'stored'
    ? l10n.t('Signed out of EDAS. The AccessKey was deleted.')
    : l10n.t('Signed out of EDAS. The keys were not deleted.');
}
