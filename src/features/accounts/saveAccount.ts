import { env, l10n, UIKind } from 'vscode';
import { hasCode } from '../../core/errors/catalogue';
import type { AccessKeys } from '../../core/alibaba/edas/credential';
import type { Account } from '../../common/account';
import { logFailure } from '../../common/vscode/log';
import { openPage } from '../../common/vscode/reporter';
import { safeWindow } from '../../common/vscode/safeWindow';
import { keyringHelpUrl, keyringRemedy, type SecretStorageHost } from './keyring';
import type { SignInServices } from './accountServices';
import type { AccountStore } from './store';

export interface SaveAccountDeps extends Pick<SignInServices, 'log'> {
  readonly store: Pick<AccountStore, 'save' | 'saveForSession'>;
}

/**
 * Saves an account. If the keyring does not save its keys, shows the remedy and offers to use them for this session only.
 * @param keys absent when they are read from their source at each use
 * @returns false when it was not saved; nothing has changed then
 */
export async function saveAccount(
  { store, log }: SaveAccountDeps,
  account: Account,
  keys: AccessKeys | undefined,
): Promise<boolean> {
  const [forSession, again, help] = [
    l10n.t('For This Session Only'),
    l10n.t('Try Again'),
    l10n.t('Open Help'),
  ];
  for (;;) {
    try {
      await store.save(account, keys);
      return true;
    } catch (error) {
      if (!hasCode(error, 'account.notSaved')) {
        throw error;
      }
      logFailure(log, error);
    }
    const text = l10n.t(
      'VS Code’s secret storage did not save the keys of “{0}”. {1}',
      ...[account.name, keyringRemedy(secretStorageHost())],
    );
    let answer: string | undefined;
    do {
      answer = await safeWindow.showErrorMessage(text, forSession, again, help);
      // The entered keys must not be lost while the person reads the help.
      if (answer === help) {
        await openPage(keyringHelpUrl);
      }
    } while (answer === help);
    if (answer === forSession) {
      await store.saveForSession(account, keys);
      return true;
    }
    if (answer === undefined) {
      return false;
    }
  }
}

function secretStorageHost(): SecretStorageHost {
  if (env.uiKind === UIKind.Web) {
    return 'browser';
  }
  return env.remoteName === undefined ? process.platform : 'remote';
}
