import type { Credential, Network } from '../../core/alibaba/edas/credential';
import { expiryState, type ExpiryState } from '../../core/credential/expiry';
import type { CredentialState } from '../../core/credential/session';
import type { Account } from '../../common/account';

/** Everything that the view and the status bar show, at one instant. */
export interface CredentialViewState {
  readonly account: Account | undefined;
  readonly state: CredentialState;
  /** Server's time, ms since 1970. */
  readonly now: number;
  /** The endpoint that is in use. */
  readonly network: Network;
  /** BCP 47 tag of the language that VS Code is shown in. */
  readonly locale: string;
}

/** The credential that is shown: the one that is held, or the last good one. */
export function lastCredential(state: CredentialState): Credential | undefined {
  switch (state.kind) {
    case 'none':
      return undefined;
    case 'held':
      return state.credential;
    case 'fetching':
    case 'failed':
      return state.last;
  }
}

export function lastExpiryState({ state, now }: CredentialViewState): ExpiryState | undefined {
  const credential = lastCredential(state);
  return credential && expiryState(credential, now);
}
