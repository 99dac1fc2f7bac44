import { l10n } from 'vscode';
import { expiryState } from '../../core/credential/expiry';
import type { Credential } from '../../core/alibaba/edas/credential';
import { lastCredential } from '../../core/credential/session';
import {
  formatClock,
  formatTime,
  formatShortDuration,
  spokenDuration,
} from '../../common/messages/format';
import { regionName } from '../../common/messages/regionNames';
import type { CredentialViewState } from './viewState';

/** The status bar item, independent of VS Code's classes. */
export interface StatusText {
  readonly text: string;
  readonly background?: 'error' | 'warning';
  /** What a screen reader says; changes in coarse steps only. */
  readonly ariaLabel: string;
  /** First line of the hover. */
  readonly title: string;
  /** Rows of the hover's table: name, value. */
  readonly facts: readonly (readonly [string, string])[];
  /** Last line of the hover: what a click does. */
  readonly hint: string;
}

/** @returns undefined when nobody is signed in: the item is hidden */
export function statusTextOf(viewState: CredentialViewState): StatusText | undefined {
  if (viewState.account === undefined) {
    return undefined;
  }
  return { ...headOf(viewState), facts: factsOf(viewState) };
}

type Head = Omit<StatusText, 'facts'>;

function headOf({ state, now }: CredentialViewState): Head {
  const more = l10n.t('Click for more.');
  switch (state.kind) {
    case 'none':
      return {
        text: '$(key) EDAS',
        ariaLabel: l10n.t('EDAS, no credential fetched yet'),
        title: l10n.t('No credential fetched yet'),
        hint: l10n.t('Click to fetch it.'),
      };
    case 'failed':
      return {
        text: l10n.t('{0} EDAS failed', '$(error)'),
        background: state.userInitiated ? 'error' : 'warning',
        ariaLabel: l10n.t('EDAS, fetching the credential failed'),
        title: l10n.t('Fetching the credential failed'),
        hint: l10n.t('Click to see why.'),
      };
    case 'fetching':
      return {
        text: '$(loading~spin) EDAS',
        ariaLabel: l10n.t('EDAS, fetching the credential'),
        title: l10n.t('Fetching the credential…'),
        hint: more,
      };
    case 'held':
      return { ...timeOf(state.credential, now), hint: more };
  }
}

function timeOf(credential: Credential, now: number): Omit<Head, 'hint'> {
  const leftMs = credential.expiresAt - now;
  const ariaLabel = l10n.t('EDAS credential, expires in {0}', spokenDuration(leftMs));
  const title = l10n.t('EDAS credential');
  switch (expiryState(credential, now)) {
    case 'expired':
      return {
        text: l10n.t('{0} EDAS expired', '$(key)'),
        ariaLabel: l10n.t('EDAS credential, expired, renewed at next use'),
        title: l10n.t('Expired; renewed automatically by the next upload'),
      };
    case 'expiring':
      return {
        text: `$(key) EDAS ${formatClock(leftMs)}`,
        background: 'warning',
        ariaLabel,
        title,
      };
    case 'ready':
      return { text: `$(key) EDAS ${formatShortDuration(leftMs)}`, ariaLabel, title };
  }
}

function factsOf({ account, state, now }: CredentialViewState): StatusText['facts'] {
  const credential = lastCredential(state);
  const regionId = credential?.regionId ?? account?.regionId ?? '';
  return [
    [l10n.t('Account'), account?.name ?? ''],
    [l10n.t('Region'), regionName(regionId)],
    ...(credential === undefined
      ? []
      : ([
          [l10n.t('Bucket'), credential.bucket],
          [l10n.t('Package prefix'), credential.keyPrefix],
          [
            credential.expiresAt > now ? l10n.t('Expires') : l10n.t('Expired'),
            formatTime(credential.expiresAt, now),
          ],
        ] as const)),
  ];
}
