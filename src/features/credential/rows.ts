import { l10n } from 'vscode';
import type { Credential, Network } from '../../core/alibaba/edas/credential';
import { lastCredential } from '../../core/credential/session';
import { formatTime } from '../../common/messages/format';
import { networkName } from '../../common/settings/network';
import { choices } from '../../common/settings/settings';
import { masked } from '../../common/messages/masked';
import { regionName } from '../../common/messages/regionNames';
import { expiryRow } from './expiryRow';
import { failureRow } from './failureRow';
import type { Row } from './row';
import type { CredentialViewState } from './viewState';

/** The rows, top to bottom; none when nobody is signed in, so that the welcome text shows. */
export function rowsOf(viewState: CredentialViewState): readonly Row[] {
  const { account, state } = viewState;
  if (account === undefined) {
    return [];
  }
  const credential = lastCredential(state);
  const regionId = credential?.regionId ?? account.regionId;
  return [
    ...(state.kind === 'failed' ? [failureRow(state.error)] : []),
    {
      id: 'account',
      label: l10n.t('Account'),
      description: account.sessionOnly
        ? l10n.t('{0} (for this session only)', account.name)
        : account.name,
      icon: 'account',
      hint: l10n.t('The account that is used in this window'),
      copy: account.name,
      canSwitch: true,
    },
    {
      id: 'region',
      label: l10n.t('Region'),
      description: describeRegion(regionId),
      icon: 'location',
      hint: l10n.t('The region of the bucket'),
      copy: regionId,
    },
    ...(credential === undefined ? [expiryRow(viewState)] : credentialRows(credential, viewState)),
  ];
}

function credentialRows(credential: Credential, viewState: CredentialViewState): readonly Row[] {
  return [
    {
      id: 'bucket',
      label: l10n.t('Bucket'),
      description: credential.bucket,
      icon: 'database',
      hint: l10n.t('The OSS bucket that packages are uploaded to'),
      copy: credential.bucket,
    },
    {
      id: 'prefix',
      label: l10n.t('Package prefix'),
      description: credential.keyPrefix,
      icon: 'folder',
      hint: l10n.t('Every object key starts with {0}/', credential.keyPrefix),
      copy: credential.keyPrefix,
    },
    expiryRow(viewState),
    ...choices.network.map((network) => endpointRow(network, credential, viewState.network)),
    {
      id: 'accessKeyId',
      label: l10n.t('AccessKey ID'),
      description: masked(credential.accessKeyId),
      icon: 'key',
      hint: l10n.t(
        'Temporary AccessKey ID. Copy it to get the full value; its secret and token are never shown.',
      ),
      ariaLabel: l10n.t('AccessKey ID, ends with {0}', credential.accessKeyId.slice(-4)),
      copy: credential.accessKeyId,
    },
    {
      id: 'requestId',
      label: l10n.t('Request ID'),
      description: credential.requestId,
      icon: 'tag',
      hint: l10n.t(
        'ID of the request that fetched the credential at {0}. Include it when you contact support.',
        formatTime(credential.fetchedAt, viewState.now),
      ),
      copy: credential.requestId,
    },
  ];
}

function endpointRow(network: Network, credential: Credential, inUse: Network): Row {
  const name = networkName(network);
  const endpoint = credential.endpoints[network];
  return {
    id: `endpoint.${network}`,
    label: network === inUse ? l10n.t('{0} (in use)', name) : name,
    description: endpoint.replace(/^https:\/\//, ''),
    icon: network === inUse ? 'pass' : 'circle-large-outline',
    hint:
      network === inUse
        ? l10n.t(
            'Uploads use this endpoint. Selected by the account or the setting edasPackages.network.',
          )
        : l10n.t('Not in use. Selected by the account or the setting edasPackages.network.'),
    copy: endpoint,
  };
}

function describeRegion(regionId: string): string {
  const name = regionName(regionId);
  return name === regionId ? regionId : `${regionId} · ${name}`;
}
