import { env, l10n, UIKind } from 'vscode';
import type { AccessKeys } from '../../core/alibaba/edas/credential';
import type { Account } from '../../common/account';
import { logFailure } from '../../common/vscode/log';
import { openPage } from '../../common/vscode/reporter';
import { saveWithFallback, type SaveFallback } from './saveWithFallback';
import { keyringHelpUrl, keyringRemedy, type SecretStorageHost } from './keyring';
import type { SignInServices } from './services';
import { safeWindow } from '../../common/vscode/safeWindow';

/**
 * Saves an account. If the keyring does not save its keys, shows the remedy and offers to use them for this session only.
 * @param keys absent when they are read from their source at each use
 * @returns false when it was not saved
 */
export function saveAccount(
  { store, log }: Pick<SignInServices, 'log' | 'store'>,
  account: Account,
  keys: AccessKeys | undefined,
): Promise<boolean> {
  const steps = {
    store,
    onFailed: (error: unknown) => logFailure(log, error),
    prompt: () => promptFallback(account.name),
    openHelp: () => openPage(keyringHelpUrl),
  };
  return saveWithFallback(steps, account, keys);
}

async function promptFallback(name: string): Promise<SaveFallback | undefined> {
  const choices: ReadonlyMap<string, SaveFallback> = new Map([
    [l10n.t('For This Session Only'), 'forSession'],
    [l10n.t('Try Again'), 'again'],
    [l10n.t('Open Help'), 'help'],
  ]);
  const chosen = await safeWindow.showErrorMessage(
    l10n.t(
      'The secret store of this computer did not keep the keys of “{0}”. {1}',
      name,
      keyringRemedy(secretStorageHost()),
    ),
    ...choices.keys(),
  );
  return choices.get(chosen ?? '');
}

function secretStorageHost(): SecretStorageHost {
  if (env.uiKind === UIKind.Web) {
    return 'browser';
  }
  return env.remoteName === undefined ? process.platform : 'remote';
}
