import type { PickItem } from '../../../common/vscode/safeWindow';
import type { Account } from '../../../common/account';
import type { L10n } from '../../../common/vscode/l10n';
import { networkName } from '../../../common/settings/network';
import { regionName } from '../../../common/messages/regionNames';

/** Short description of the source of an account's keys. */
export function sourceText({ keySource, keyHint }: Account, l10n: L10n): string {
  switch (keySource.kind) {
    case 'stored':
      return l10n.t('AccessKey ••••{0}', keyHint);
    case 'cliProfile':
      return l10n.t('profile “{0}” of {1}', keySource.profile, keySource.file);
    case 'credentialsFile':
      return l10n.t('“{0}” of {1}', keySource.section, keySource.file);
    case 'environment':
      return l10n.t('environment variables');
  }
}

/** A quick pick item for an account; the current one has a check mark. */
export function accountItem(
  account: Account,
  { isCurrent, isDefault }: { isCurrent: boolean; isDefault: boolean },
  l10n: L10n,
): PickItem {
  const marks = [
    isCurrent ? l10n.t('current') : undefined,
    isDefault ? l10n.t('default') : undefined,
    account.sessionOnly ? l10n.t('for this session only') : undefined,
  ].filter((mark) => mark !== undefined);
  const { endpoint, network, name, regionId } = account;
  return {
    icon: isCurrent ? 'check' : 'account',
    label: name,
    description: [regionName(regionId, l10n), ...marks].join(' · '),
    detail: [
      sourceText(account, l10n),
      ...(endpoint === undefined ? [] : [endpoint]),
      ...(network === undefined ? [] : [networkName(network, l10n)]),
    ].join(' · '),
  };
}
