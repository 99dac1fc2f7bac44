import { l10n } from 'vscode';
import type { Credential } from '../../core/alibaba/edas/credential';
import { lastCredential } from '../../core/credential/session';
import { expiryState } from '../../core/credential/expiry';
import {
  formatElapsed,
  formatTime,
  formatDuration,
  spokenDuration,
} from '../../common/messages/format';
import type { CredentialViewState } from './viewState';
import type { Row } from './row';

/** The one row that the countdown refreshes. */
export const expiryRowId = 'expiry';

export function expiryRow(viewState: CredentialViewState): Row {
  const credential = lastCredential(viewState.state);
  const row = credential === undefined ? rowWithout() : rowOf(credential, viewState);
  // The row stays while a new credential is fetched, with a spinning icon.
  return viewState.state.kind === 'fetching' ? fetching(row, credential === undefined) : row;
}

function rowWithout(): Row {
  return {
    id: expiryRowId,
    label: l10n.t('Credential'),
    description: l10n.t('not fetched yet'),
    icon: 'circle-large-outline',
    hint: l10n.t('Fetch the credential to see the bucket and the package prefix'),
    canFetch: true,
  };
}

function rowOf(credential: Credential, { now }: CredentialViewState): Row {
  const leftMs = credential.expiresAt - now;
  const phase = expiryState(credential, now);
  const instant = formatTime(credential.expiresAt, now);
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
          ? l10n.t('expired just now, renewed at next use')
          : l10n.t('expired {0} ago, renewed at next use', formatElapsed(-leftMs)),
      icon: 'history',
      severity: 'muted',
      hint: l10n.t('Expired at {0}. It is renewed automatically by the next upload.', instant),
      ariaLabel: l10n.t('Expired, renewed at next use'),
    };
  }
  return {
    ...row,
    description: l10n.t('expires in {0}', formatDuration(leftMs)),
    icon: phase === 'expiring' ? 'warning' : 'watch',
    severity: phase === 'expiring' ? 'warning' : undefined,
    hint: l10n.t(
      'Expires at {0}. After that, it is renewed automatically by the next upload.',
      instant,
    ),
    ariaLabel: l10n.t('Expires in {0}', spokenDuration(leftMs)),
  };
}

function fetching(row: Row, isFirst: boolean): Row {
  return {
    ...row,
    icon: 'loading~spin',
    canFetch: false,
    ...(isFirst && { description: l10n.t('fetching…') }),
  };
}
