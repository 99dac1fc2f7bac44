import type { Event } from '../core/emitter';

/** What is known of an account without its keys; may be shown and kept in state. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly regionId: string;
  /** Last four characters of the AccessKey ID. */
  readonly keyHint: string;
}

/** The account that is signed in. */
export interface CurrentAccount {
  readonly current: Account | undefined;
  readonly onDidChange: Event<Account | undefined>;
}
