import { formatClock, formatInstant, formatShortSpan, speakSpan } from '../../kit/format';
import type { L10n } from '../../kit/l10n';
import { regionName } from '../../kit/regionNames';
import { shownCredential, shownPhase, type Picture } from './picture';

/** The status bar item, before VS Code's classes. */
export interface StatusText {
  readonly text: string;
  readonly background?: 'error' | 'warning';
  /** What a screen reader says; changes in coarse steps only. */
  readonly spoken: string;
  /** First line of the hover. */
  readonly title: string;
  /** Rows of the hover's table: name, value. */
  readonly facts: readonly (readonly [string, string])[];
  /** Last line of the hover: what a click does. */
  readonly hint: string;
}

/** @returns undefined when nobody is signed in: the item is hidden */
export function statusTextOf(picture: Picture, l10n: L10n): StatusText | undefined {
  if (picture.account === undefined) {
    return undefined;
  }
  return { ...headOf(picture, l10n), facts: factsOf(picture, l10n) };
}

type Head = Omit<StatusText, 'facts'>;

function headOf(picture: Picture, l10n: L10n): Head {
  const { state } = picture;
  const more = l10n.t('Click for more.');
  switch (state.kind) {
    case 'none':
      return {
        text: '$(key) EDAS',
        spoken: l10n.t('EDAS, no credential fetched yet'),
        title: l10n.t('No credential fetched yet'),
        hint: l10n.t('Click to fetch it.'),
      };
    case 'failed':
      return {
        text: l10n.t('{0} EDAS failed', '$(error)'),
        background: state.asked ? 'error' : 'warning',
        spoken: l10n.t('EDAS, fetching the credential failed'),
        title: l10n.t('Fetching the credential failed'),
        hint: l10n.t('Click to see why.'),
      };
    case 'fetching':
      return {
        text: '$(loading~spin) EDAS',
        spoken: l10n.t('EDAS, fetching the credential'),
        title: l10n.t('Fetching the credential…'),
        hint: more,
      };
    case 'held':
      return { ...timeOf(picture, l10n), hint: more };
  }
}

function timeOf(picture: Picture, l10n: L10n): Omit<Head, 'hint'> {
  const leftMs = (shownCredential(picture.state)?.expiresAt ?? 0) - picture.now;
  const spoken = l10n.t('EDAS credential, expires in {0}', speakSpan(leftMs, l10n));
  const title = l10n.t('EDAS credential');
  switch (shownPhase(picture)) {
    case 'expired':
      return {
        text: l10n.t('{0} EDAS expired', '$(key)'),
        spoken: l10n.t('EDAS credential, expired, renews at next use'),
        title: l10n.t('Expired; the next upload renews it automatically'),
      };
    case 'expiring':
      return { text: `$(key) EDAS ${formatClock(leftMs)}`, background: 'warning', spoken, title };
    case 'ready':
    case undefined:
      return { text: `$(key) EDAS ${formatShortSpan(leftMs, l10n)}`, spoken, title };
  }
}

function factsOf({ account, state, now, locale }: Picture, l10n: L10n): StatusText['facts'] {
  const credential = shownCredential(state);
  const regionId = credential?.regionId ?? account?.regionId ?? '';
  return [
    [l10n.t('Account'), account?.name ?? ''],
    [l10n.t('Region'), regionName(regionId, l10n)],
    ...(credential === undefined
      ? []
      : ([
          [l10n.t('Bucket'), credential.bucket],
          [l10n.t('Package prefix'), credential.keyPrefix],
          [
            credential.expiresAt > now ? l10n.t('Expires') : l10n.t('Expired'),
            formatInstant(credential.expiresAt, now, locale),
          ],
        ] as const)),
  ];
}
