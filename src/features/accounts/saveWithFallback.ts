import type { AccessKeys } from '../../core/alibaba/edas/credential';
import { hasCode } from '../../core/errors/catalogue';
import type { Account } from '../../common/account';
import type { AccountStore } from './store';

/** The person's choice after the keyring did not save the keys. */
export type SaveFallback = 'again' | 'forSession' | 'help';

export interface SaveSteps {
  readonly store: Pick<AccountStore, 'save' | 'saveForSession'>;
  /** Called for each failure of the keyring. */
  onFailed(error: unknown): void;
  /** @returns undefined when the person cancelled */
  prompt(): Thenable<SaveFallback | undefined>;
  openHelp(): Thenable<unknown>;
}

/**
 * Saves an account in the keyring, or in memory if the person chooses so after a failure.
 * @param keys absent when they are read from their source at each use
 * @returns false when it was not saved; nothing has changed then
 */
export async function saveWithFallback(
  steps: SaveSteps,
  account: Account,
  keys: AccessKeys | undefined,
): Promise<boolean> {
  for (;;) {
    try {
      await steps.store.save(account, keys);
      return true;
    } catch (error) {
      if (!hasCode(error, 'account.notSaved')) {
        throw error;
      }
      steps.onFailed(error);
    }
    let answer = await steps.prompt();
    while (answer === 'help') {
      await steps.openHelp();
      // The entered keys must not be lost while the person reads the help.
      answer = await steps.prompt();
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
