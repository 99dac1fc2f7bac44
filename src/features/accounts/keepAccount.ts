import { env, l10n, UIKind } from 'vscode';
import type { AccessKeys } from '../../core/alibaba/edas/credential';
import type { Account } from '../../common/account';
import { logFailure } from '../../common/vscode/log';
import { openPage } from '../../common/vscode/reporter';
import { keepOrAsk, type NotKeptAnswer } from './keepOrAsk';
import { keyringHelpUrl, keyringRemedy, type KeyringPlace } from './keyring';
import type { SignInServices } from './services';
import { safeWindow } from '../../common/vscode/safeWindow';

/**
 * Keeps an account. When the keyring does not keep its keys, says so with the remedy and offers to go on without.
 * @param keys absent when they are followed
 * @returns false when it was not kept, and the person did not want it for this session either
 */
export function keepAccount(
  { store, log }: Pick<SignInServices, 'log' | 'store'>,
  account: Account,
  keys: AccessKeys | undefined,
): Promise<boolean> {
  const steps = {
    store,
    failed: (error: unknown) => logFailure(log, error),
    ask: () => askAfterFailure(account.name),
    openHelp: () => openPage(keyringHelpUrl),
  };
  return keepOrAsk(steps, account, keys);
}

async function askAfterFailure(name: string): Promise<NotKeptAnswer | undefined> {
  const answers: ReadonlyMap<string, NotKeptAnswer> = new Map([
    [l10n.t('For This Session Only'), 'forSession'],
    [l10n.t('Try Again'), 'again'],
    [l10n.t('Open Help'), 'help'],
  ]);
  const chosen = await safeWindow.showErrorMessage(
    l10n.t(
      'The secret store of this computer did not keep the keys of “{0}”. {1}',
      name,
      keyringRemedy(keyringPlace(), l10n),
    ),
    ...answers.keys(),
  );
  return answers.get(chosen ?? '');
}

function keyringPlace(): KeyringPlace {
  if (env.uiKind === UIKind.Web) {
    return 'browser';
  }
  return env.remoteName === undefined ? process.platform : 'elsewhere';
}
