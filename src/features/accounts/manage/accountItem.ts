import { l10n } from 'vscode';
import type { PickItem } from '../../../common/vscode/safeWindow';
import type { Account } from '../../../common/account';
import { networkName } from '../../../common/settings/network';
import { regionName } from '../../../common/messages/regionNames';

/** Short description of the source of an account's keys. */
export function sourceText({ keySource, keyHint }: Account): string {
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
    description: [regionName(regionId), ...marks].join(' · '),
    detail: [
      sourceText(account),
      ...(endpoint === undefined ? [] : [endpoint]),
      ...(network === undefined ? [] : [networkName(network)]),
    ].join(' · '),
  };
}
