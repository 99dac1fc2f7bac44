import type { Network } from '../core/alibaba/edas/credential';
import { CodedError } from '../core/errors/catalogue';
import type { Event } from '../core/util/emitter';
import type { KeySource } from '../core/alibaba/keySources/keySource';

/** An account without its keys; may be shown and stored in the extension's state. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly regionId: string;
  /** Origin of a private cloud's EDAS API; absent: the setting's, else the region's. */
  readonly endpoint?: string;
  /** Which of the credential's OSS endpoints is used; absent: the setting's. */
  readonly network?: Network;
  readonly keySource: KeySource;
  /** Last four characters of the AccessKey ID; for keys that are read from a source, as they were at the sign-in. */
  readonly keyHint: string;
  /** When its keys or their source were last set, ms since 1970. */
  readonly keysSetAt: number;
  /** The account and its keys are in memory only, because the keyring does not save them. */
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
