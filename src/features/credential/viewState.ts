import type { Network } from '../../core/alibaba/edas/credential';
import type { CredentialState } from '../../core/credential/session';
import type { Account } from '../../common/account';

/** What the view and the status bar show at one moment. */
export interface CredentialViewState {
  readonly account: Account | undefined;
  readonly state: CredentialState;
  /** Server's time, ms since 1970. */
  readonly now: number;
  /** The endpoint that is in use. */
  readonly network: Network;
}
