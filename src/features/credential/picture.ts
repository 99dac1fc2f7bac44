import type { Credential, Network } from '../../core/edas/credential';
import { phaseOf, type Phase } from '../../core/session/phase';
import type { CredentialState } from '../../core/session/session';
import type { Account } from '../../kit/account';

/** Everything that the view and the status bar show, at one instant. */
export interface Picture {
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
export function shownCredential(state: CredentialState): Credential | undefined {
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

export function shownPhase({ state, now }: Picture): Phase | undefined {
  const credential = shownCredential(state);
  return credential && phaseOf(credential, now);
}
