import type { Network } from '../core/alibaba/edas/credential';
import { CodedError } from '../core/errors/catalogue';
import type { Event } from '../core/util/emitter';
import type { KeySource } from '../core/alibaba/keySources/keySource';

/** What is known of an account without its keys; may be shown and kept in state. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly regionId: string;
  /** Origin of the EDAS API of a private cloud; absent: the setting's, else the region's. */
  readonly endpoint?: string;
  /** Which of the credential's OSS endpoints is used; absent: the setting's. */
  readonly network?: Network;
  readonly keySource: KeySource;
  /** Last four characters of the AccessKey ID; of keys that are followed, of those that were there at sign-in. */
  readonly keyHint: string;
  /** When its keys or where they come from were last set, ms since 1970. */
  readonly keysSetAt: number;
  /** It and its keys are in memory only, because no keyring keeps them. */
  readonly sessionOnly?: true;
}

/** The account that is signed in. */
export interface CurrentAccount {
  readonly current: Account | undefined;
  readonly onDidChange: Event<Account | undefined>;
}

/** The account that is signed in. @throws CodedError `account.signedOut` */
export function signedInAccount({ current }: Pick<CurrentAccount, 'current'>): Account {
  if (current === undefined) {
    throw new CodedError('account.signedOut');
  }
  return current;
}
