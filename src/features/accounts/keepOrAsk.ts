import type { AccessKeys } from '../../core/alibaba/edas/credential';
import { hasCode } from '../../core/errors/catalogue';
import type { Account } from '../../common/account';
import type { AccountStore } from './store';

/** What a person wants after the keyring did not save the keys. */
export type NotKeptAnswer = 'again' | 'forSession' | 'help';

export interface KeepSteps {
  readonly store: Pick<AccountStore, 'save' | 'saveForSession'>;
  /** Told of each failure of the keyring. */
  failed(error: unknown): void;
  /** @returns undefined when the person left */
  ask(): Thenable<NotKeptAnswer | undefined>;
  openHelp(): Thenable<unknown>;
}

/**
 * Keeps an account, in the keyring or else as the person wants.
 * @param keys absent when they are followed
 * @returns false when it was not kept: nothing has changed then
 */
export async function keepOrAsk(
  steps: KeepSteps,
  account: Account,
  keys: AccessKeys | undefined,
): Promise<boolean> {
  for (;;) {
    try {
      await steps.store.save(account, keys);
      return true;
    } catch (error) {
      if (!hasCode(error, 'account.notKept')) {
        throw error;
      }
      steps.failed(error);
    }
    let answer = await steps.ask();
    while (answer === 'help') {
      await steps.openHelp();
      // Who reads the help comes back to do what it says: what was typed must not be lost meanwhile.
      answer = await steps.ask();
    }
    if (answer === 'forSession') {
      await steps.store.saveForSession(account, keys);
      return true;
    }
    if (answer === undefined) {
      return false;
    }
  }
}
