import type { Account } from '../../common/account';
import type { L10n } from '../../common/vscode/l10n';

/** What becomes of an account's keys when it is removed: those that are followed are nobody's to remove here. */
export function beforeRemoval({ keySource }: Account, l10n: L10n): string {
  return keySource.kind === 'kept'
    ? l10n.t('Its keys are removed from the secret store of this computer.')
    : l10n.t('Its keys stay where they are stored.');
}

/** Said after a sign-out. */
export function afterSignOut({ keySource }: Account, l10n: L10n): string {
  return keySource.kind === 'kept'
    ? l10n.t('Signed out of EDAS; the AccessKey was removed.')
    : l10n.t('Signed out of EDAS; the keys stay where they are stored.');
}
