import type { Credential } from '../../core/edas/credential';
import { phaseOf } from '../../core/session/phase';
import { formatAge, formatInstant, formatSpan, speakSpan } from '../../kit/format';
import type { L10n } from '../../kit/l10n';
import { shownCredential, type Picture } from './picture';
import type { Row } from './rows';

/** The one row that the countdown draws anew. */
export const expiryRowId = 'expiry';

export function expiryRow(picture: Picture, l10n: L10n): Row {
  const credential = shownCredential(picture.state);
  const row = credential === undefined ? rowWithout(l10n) : rowOf(credential, picture, l10n);
  // While a new one is fetched the row stays and its icon turns.
  return picture.state.kind === 'fetching' ? fetching(row, credential === undefined, l10n) : row;
}

function rowWithout(l10n: L10n): Row {
  return {
    id: expiryRowId,
    label: l10n.t('Credential'),
    description: l10n.t('not fetched yet'),
    icon: 'circle-large-outline',
    hint: l10n.t('Fetch the credential to see the bucket and the package prefix'),
    canFetch: true,
  };
}

function rowOf(credential: Credential, { now, locale }: Picture, l10n: L10n): Row {
  const leftMs = credential.expiresAt - now;
  const phase = phaseOf(credential, now);
  const instant = formatInstant(credential.expiresAt, now, locale);
  const row = {
    id: expiryRowId,
    label: l10n.t('Expiry'),
    copy: new Date(credential.expiresAt).toISOString(),
    canFetch: true,
  };
  if (phase === 'expired') {
    return {
      ...row,
      description:
        leftMs > -60_000
          ? l10n.t('expired just now, renews at next use')
          : l10n.t('expired {0} ago, renews at next use', formatAge(-leftMs, l10n)),
      icon: 'history',
      tone: 'muted',
      hint: l10n.t('Expired at {0}. The next upload renews it automatically.', instant),
      spoken: l10n.t('Expired, renews at next use'),
    };
  }
  return {
    ...row,
    description: l10n.t('expires in {0}', formatSpan(leftMs, l10n)),
    icon: phase === 'expiring' ? 'warning' : 'watch',
    ...(phase === 'expiring' && { tone: 'warning' }),
    hint: l10n.t('Expires at {0}. The next upload after that renews it automatically.', instant),
    spoken: l10n.t('Expires in {0}', speakSpan(leftMs, l10n)),
  };
}

function fetching(row: Row, isFirst: boolean, l10n: L10n): Row {
  return {
    ...row,
    icon: 'loading~spin',
    canFetch: false,
    ...(isFirst && { description: l10n.t('fetching…') }),
  };
}
