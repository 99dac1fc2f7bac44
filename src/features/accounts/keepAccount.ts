import { env, l10n, UIKind, window } from 'vscode';
import type { AccessKeys } from '../../core/edas/credential';
import { isCoded } from '../../core/errors';
import type { Account } from '../../kit/account';
import { logFailure } from '../../kit/log';
import { openPage } from '../../kit/report';
import { keyringHelpUrl, keyringRemedy, type KeyringPlace } from './keyring';
import type { SignInServices } from './services';

/**
 * Keeps an account. When the keyring does not keep its keys, says so with the remedy and offers to go on without.
 * @param keys absent when they are followed
 * @returns false when it was not kept, and the person did not want it for this session either
 */
export async function keepAccount(
  { store, log }: Pick<SignInServices, 'log' | 'store'>,
  account: Account,
  keys: AccessKeys | undefined,
): Promise<boolean> {
  for (;;) {
    try {
      await store.keep(account, keys);
      return true;
    } catch (error) {
      if (!isCoded(error, 'account.notKept')) {
        throw error;
      }
      logFailure(log, error);
    }
    const forSession = l10n.t('For This Session Only');
    const again = l10n.t('Try Again');
    const help = l10n.t('Open Help');
    const chosen = await window.showErrorMessage(
      l10n.t(
        'The secret store of this computer did not keep the keys of “{0}”. {1}',
        account.name,
        keyringRemedy(keyringPlace(), l10n),
      ),
      ...[forSession, again, help],
    );
    if (chosen === forSession) {
      await store.keepForSession(account, keys);
      return true;
    }
    if (chosen === help) {
      await openPage(keyringHelpUrl);
    }
    if (chosen !== again) {
      return false;
    }
  }
}

function keyringPlace(): KeyringPlace {
  if (env.uiKind === UIKind.Web) {
    return 'browser';
  }
  return env.remoteName === undefined ? process.platform : 'elsewhere';
}
