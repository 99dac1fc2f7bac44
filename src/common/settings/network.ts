import { l10n } from 'vscode';
import type { Network } from '../../core/alibaba/edas/credential';
import { choices } from './settings';

export function isNetwork(value: unknown): value is Network {
  return choices.network.some((network) => network === value);
}

/** What an OSS endpoint is called, as the label of a row or a choice. */
export function networkName(network: Network): string {
  const names: Readonly<Record<Network, string>> = {
    public: l10n.t('Public endpoint'),
    vpc: l10n.t('VPC endpoint'),
    internal: l10n.t('Internal endpoint'),
  };
  return names[network];
}
